// What it costs to steer a task: gates, pauses, ends, and what one task has to tell another.

import { describe, expect, it } from 'vitest';
import { completed, decompose, execute, plain, reported, split } from '../conformance/family.ts';
import { getTask, report, send, workOn } from '../worker/world.ts';
import { expectCost, stopTime } from './cost-of.ts';
import { newKnownHolder, newKnownTask, newKnownWorld } from './known-world.ts';

stopTime();

const GATED = { autonomy: 'review-before-merge' };
const approve = (taskId: string) => send(`/tasks/${taskId}/gates/review/approve`);

describe('gates', () => {
  it('approved before anything waits there', async () => {
    const taskId = await newKnownTask(await newKnownWorld(), GATED);
    await expectCost('approveEarly', () => approve(taskId));
  });

  it('approved while a report is held there', async () => {
    const taskId = await newKnownTask(await newKnownWorld(), GATED);
    await reported(taskId, 'in-progress');
    expect((await report(taskId, { status: 'completed' })).body).toMatchObject({ gate: 'review' });
    await expectCost('approveHeld', () => approve(taskId));
  });

  it('approved while a runner waits there, which the next heartbeat tells it', async () => {
    const holder = await newKnownHolder(GATED);
    expect(await workOn(holder)).toMatchObject({ do: 'hold' });
    await expectCost('approveAtWork', () => approve(holder.taskId));
  });
});

describe('control', () => {
  it('a pause and its end', async () => {
    const taskId = await newKnownTask(await newKnownWorld());
    await reported(taskId, 'in-progress');
    await expectCost('pause', () => send(`/tasks/${taskId}/pause`, { reason: 'lunch' }));
    await expectCost('resume', () => send(`/tasks/${taskId}/resume`));
  });

  it('a cancellation, and another attempt', async () => {
    const taskId = await newKnownTask(await newKnownWorld());
    await expectCost('cancel', () => send(`/tasks/${taskId}/cancel`));
    await expectCost('retry', () => send(`/tasks/${taskId}/retry`));
  });
});

describe('tasks that know each other', () => {
  it('one that ends is heard of by one that waits for it', async () => {
    const world = await newKnownWorld();
    const first = await newKnownTask(world);
    const second = await newKnownTask(world, { dependsOn: [first] });
    await reported(first, 'in-progress');
    await expectCost('fulfil', () => report(first, { status: 'completed' }));
    expect((await getTask(second)).status).toBe('queued');
  });

  it('a task is split in two', async () => {
    const taskId = await newKnownTask(await newKnownWorld());
    await expectCost('decompose', () => decompose(taskId, plain('Write it', 'Test it')));
  });

  it('two subtasks from first to last', async () => {
    const taskId = await newKnownTask(await newKnownWorld());
    await expectCost('family', async () => {
      const ids = await split(taskId, plain('Write it', 'Test it'), { strategy: 'parallel' });
      await execute(taskId);
      for (const id of ids) await completed(id);
    });
  });
});
