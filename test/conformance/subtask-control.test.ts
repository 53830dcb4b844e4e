// Cancelling, pausing and trashing parents and their children.

import { describe, expect, it } from 'vitest';
import { queueOf } from '../worker/queue-world.ts';
import {
  allEvents,
  claimOne,
  eventually,
  getTask,
  newTestRunner,
  send,
  typesOf,
} from '../worker/world.ts';
import {
  becomes,
  completed,
  countSubtasks,
  execute,
  expectStatuses,
  newFamily,
  plain,
  reported,
  statusesOf,
} from './family.ts';

const PARALLEL = { strategy: 'parallel' };
const act = (taskId: string, verb: string, json: unknown = {}) =>
  send(`/tasks/${taskId}/${verb}`, json);

describe('cancelling', () => {
  it('a parent cancels every open child, begun or not, and leaves ended ones as they are', async () => {
    const names = ['One', 'Two', 'Three', 'Four'];
    const { projectId, parentId, ids } = await newFamily(plain(...names), PARALLEL);
    const [one = '', two = '', three = '', four = ''] = ids;
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued', 'queued', 'queued']);
    await completed(one);
    await reported(two, 'failed');
    await reported(three, 'paused');
    await act(three, 'resume');
    expect((await act(parentId, 'cancel')).status).toBe(200);
    await expectStatuses(ids, ['completed', 'failed', 'cancelled', 'cancelled']);
    expect(await getTask(four)).toMatchObject({ error: 'Task was cancelled by user' });
    expect((await getTask(parentId)).status).toBe('cancelled');
    await eventually(async () => (await queueOf(projectId)).length).toBe(0);
  });

  it('ends the lease of a child at work', async () => {
    const { projectId, parentId, ids } = await newFamily(plain('One'));
    await execute(parentId);
    await expectStatuses(ids, ['queued']);
    const holder = await claimOne(await newTestRunner(projectId));
    await holder.beat();
    await act(parentId, 'cancel');
    await expectStatuses(ids, ['cancelled']);
    expect(await getTask(ids[0] ?? '')).not.toHaveProperty('lease');
    expect((await holder.beat()).status).toBe(409);
  });

  it('a parent that has not begun its children cancels them too', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    await act(parentId, 'cancel');
    await expectStatuses(ids, ['cancelled', 'cancelled']);
    expect(await countSubtasks(parentId)).toMatchObject({ total: 2, cancelled: 2 });
  });

  it('of one child is told to its parent, which goes on when no other is open', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'), PARALLEL);
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued']);
    await act(ids[0] ?? '', 'cancel');
    await eventually(async () => typesOf(await allEvents(parentId))).toContain('subtask:cancelled');
    expect((await getTask(parentId)).status).toBe('in-progress');
    await completed(ids[1] ?? '');
    await becomes(parentId, { status: 'queued' });
  });

  it('trashing a parent cancels its children; they stay where they are', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    await act(parentId, 'trash');
    await expectStatuses(ids, ['cancelled', 'cancelled']);
    for (const id of ids) expect(await getTask(id)).not.toHaveProperty('trashedAt');
  });
});

describe('pausing', () => {
  it('of a child pauses its parent and names it; resuming the child resumes both', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'), PARALLEL);
    const [one = ''] = ids;
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued']);
    await act(one, 'pause');
    await becomes(parentId, { status: 'paused', pauseReason: `subtask_paused:${one}` });
    const event = (await allEvents(parentId)).at(-1);
    expect(event).toMatchObject({
      type: 'task:paused',
      data: { reason: `subtask_paused:${one}`, status: 'paused' },
    });
    await act(one, 'resume');
    await becomes(parentId, { status: 'in-progress', currentStage: 'subtask-execution' });
    expect(await getTask(parentId)).not.toHaveProperty('pauseReason');
    for (const id of ids) await completed(id);
    await becomes(parentId, { status: 'queued' });
  });

  it('of a second child keeps the parent paused until that one is resumed too', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'), PARALLEL);
    const [one = '', two = ''] = ids;
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued']);
    await act(one, 'pause');
    await becomes(parentId, { status: 'paused' });
    await act(two, 'pause');
    await act(one, 'resume');
    await becomes(parentId, { status: 'paused', pauseReason: `subtask_paused:${two}` });
    await act(two, 'resume');
    await becomes(parentId, { status: 'in-progress' });
  });

  it('a paused child that is cancelled lets its parent go on', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'pending']);
    await act(ids[0] ?? '', 'pause');
    await becomes(parentId, { status: 'paused' });
    await act(ids[0] ?? '', 'cancel');
    await becomes(parentId, { status: 'in-progress' });
    await expectStatuses(ids, ['cancelled', 'queued']);
  });

  it('of the parent begins no further child; resuming it does', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'pending']);
    await act(parentId, 'pause', { reason: 'lunch' });
    await completed(ids[0] ?? '');
    await eventually(async () => typesOf(await allEvents(parentId))).toContain('subtask:completed');
    expect(await statusesOf(ids)).toEqual(['completed', 'pending']);
    expect(await getTask(parentId)).toMatchObject({ status: 'paused', pauseReason: 'lunch' });
    expect((await act(parentId, 'resume')).body).toEqual({
      ...{ ok: true, message: 'Task resumed from paused state', taskId: parentId },
    });
    await expectStatuses(ids, ['completed', 'queued']);
    await completed(ids[1] ?? '');
    await becomes(parentId, { status: 'queued' });
  });
});
