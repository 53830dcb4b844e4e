// A runner that lives and does nothing, and tasks that no runner takes.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/contract/lease.ts';
import { later, newLeasedWorld, ring, stopTheClock } from './leased-world.ts';
import {
  allEvents,
  claimOne,
  getTask,
  type Holder,
  logBatch,
  newProject,
  newTask,
  newTestRunner,
  send,
  taskStub,
  typesOf,
} from './world.ts';

stopTheClock();

const MINUTE_MS = 60_000;

/** The runner beats for so many minutes, and its task looks at the clock each time. */
async function beatFor(holder: Holder, minutes: number): Promise<void> {
  for (let beat = 0; beat < minutes * 2; beat += 1) {
    later(MINUTE_MS / 2);
    await holder.beat({ workId: holder.grant.work.workId });
    await ring(holder.taskId);
  }
}
const stallsOf = async (taskId: string) =>
  (await allEvents(taskId)).filter(({ type }) => type === 'task:stalled');
const newStalling = async (limits: Record<string, unknown> = {}) => {
  const world = await newLeasedWorld({ workflow: 'bugfix' }, { limits });
  await world.holder.beat({ workId: world.holder.grant.work.workId });
  return world;
};

describe('a task of which nothing but heartbeats come', () => {
  it('is told of once after 15 minutes, and again after something has come between', async () => {
    const { taskId, holder } = await newStalling();
    await beatFor(holder, 14);
    expect(await stallsOf(taskId)).toEqual([]);
    await evictDurableObject(taskStub(taskId));
    await beatFor(holder, 20);
    const [stall, ...more] = await stallsOf(taskId);
    expect(more).toEqual([]);
    expect(stall?.data).toMatchObject({ status: 'in-progress', stallMinutes: 15, action: 'none' });
    expect(await getTask(taskId)).toMatchObject({ lease: { epoch: 1 } });
    await holder.events(logBatch(1, 1));
    await beatFor(holder, 14);
    expect(await stallsOf(taskId)).toHaveLength(1);
    await beatFor(holder, 2);
    expect(await stallsOf(taskId)).toHaveLength(2);
  });

  it('that logs a line now and then is not', async () => {
    const { taskId, holder } = await newStalling({ stallMinutes: 2 });
    for (let n = 1; n < 6; n += 1) {
      await beatFor(holder, 1);
      await holder.events(logBatch(n, 1));
    }
    expect(await stallsOf(taskId)).toEqual([]);
  });

  it('with onStall requeue is taken from its runner as an automatic attempt', async () => {
    const { projectId, taskId, holder } = await newStalling({
      stallMinutes: 2,
      onStall: 'requeue',
    });
    await beatFor(holder, 2);
    expect(typesOf(await allEvents(taskId)).slice(-4)).toEqual([
      ...['task:stalled', 'lease:ended', 'task:retried', 'task:queued'],
    ]);
    expect((await holder.beat()).body).toMatchObject({ code: 'stale_epoch' });
    later(2_000);
    const next = await claimOne(await newTestRunner(projectId));
    expect(next.grant).toMatchObject({ task: { attempt: 2 }, work: { stage: 'investigation' } });
  });

  it('with onStall pause is paused, and its runner is told to stop', async () => {
    const { taskId, holder } = await newStalling({ stallMinutes: 2, onStall: 'pause' });
    await beatFor(holder, 2);
    expect(await getTask(taskId)).toMatchObject({ status: 'paused', pauseReason: 'stalled' });
    const { body } = await holder.beat();
    const commands = body['commands'] as readonly Command[];
    expect(commands).toMatchObject([{ type: 'pause', data: { reason: 'stalled' } }]);
  });

  it('at a gate or paused has not stalled', async () => {
    const { taskId, holder } = await newStalling({ stallMinutes: 1 });
    await send(`/tasks/${taskId}/pause`);
    later(10 * MINUTE_MS);
    await ring(taskId);
    expect(await stallsOf(taskId)).toEqual([]);
    expect((await holder.beat()).body).toMatchObject({ code: 'stale_epoch' });
  });
});

describe('other clocks', () => {
  it('a stage past its timeout is taken from a runner that does not end it', async () => {
    const { taskId, holder } = await newStalling({ stallMinutes: 1_440 });
    await beatFor(holder, 60);
    expect(await getTask(taskId)).toMatchObject({ attempt: 1 });
    await beatFor(holder, 1);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 2 });
    expect((await holder.beat()).body).toMatchObject({ code: 'stale_epoch' });
  }, 60_000);

  it('a task that no runner claims within queueTimeoutMinutes fails', async () => {
    const projectId = await newProject({ limits: { queueTimeoutMinutes: 30 } });
    const taskId = await newTask({ projectId });
    later(29 * MINUTE_MS);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued' });
    later(2 * MINUTE_MS);
    expect(await ring(taskId)).toBe(true);
    expect(await getTask(taskId)).toMatchObject({ status: 'failed', error: 'queue_timeout' });
    const patient = await newTask({ projectId: await newProject() });
    later(24 * 60 * MINUTE_MS);
    await ring(patient);
    expect(await getTask(patient)).toMatchObject({ status: 'queued' });
  });
});
