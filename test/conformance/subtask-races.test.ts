// Families in which much happens at the same time, or by hand.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import {
  allEvents,
  eventually,
  getTask,
  newProject,
  newTask,
  report,
  taskStub,
  typesOf,
} from '../worker/world.ts';
import {
  becomes,
  completed,
  countSubtasks,
  decompose,
  execute,
  expectStatuses,
  newFamily,
  plain,
  refusedAndUnchanged,
  reported,
  split,
  statusesOf,
} from './family.ts';
import { act } from './states.ts';

const PARALLEL = { strategy: 'parallel' };
const FIVE = ['One', 'Two', 'Three', 'Four', 'Five'];

describe('at the same time', () => {
  it('five that end together are five events, after which the parent goes on once', async () => {
    const { parentId, ids } = await newFamily(plain(...FIVE), PARALLEL);
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued', 'queued', 'queued', 'queued']);
    const { seq } = await getTask(parentId);
    await Promise.all(ids.map(completed));
    await becomes(parentId, { status: 'queued' });
    const types = typesOf((await allEvents(parentId)).slice(seq));
    expect(types).toEqual([...ids.map(() => 'subtask:completed'), 'task:queued']);
  });

  it('two decompositions of one task are both made, whole', async () => {
    const parentId = await newTask();
    const answers = await Promise.all([
      decompose(parentId, plain('One', 'Two')),
      decompose(parentId, plain('Three', 'Four')),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const { subtaskIds } = await getTask(parentId);
    const made = answers.flatMap(({ body }) => body.subtasks.map(({ id }) => id));
    expect(subtaskIds.toSorted()).toEqual(made.toSorted());
    expect(new Set(made).size).toBe(4);
  });

  it('a cancel of the parent and the ends of its children leave nobody open', async () => {
    const { parentId, ids } = await newFamily(plain(...FIVE), PARALLEL);
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued', 'queued', 'queued', 'queued']);
    await Promise.all([
      act(parentId, 'cancel'),
      ...ids.map((id) => report(id, { status: 'completed' })),
    ]);
    expect((await getTask(parentId)).status).toBe('cancelled');
    await eventually(async () => {
      const { completed: done, cancelled } = await countSubtasks(parentId);
      return done + cancelled;
    }).toBe(5);
  });

  it('a parent that lost its memory hears of its children all the same', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    await execute(parentId);
    for (const id of ids) {
      await becomes(id, { status: 'queued' });
      await evictDurableObject(taskStub(parentId));
      await completed(id);
    }
    await becomes(parentId, { status: 'queued' });
  });
});

describe('by hand', () => {
  it('a child is started before its parent, and its end counts', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    const [, two = ''] = ids;
    const message = 'Task execution started';
    expect((await act(two, 'resume')).body).toEqual({ ok: true, message, taskId: two });
    expect(await statusesOf(ids)).toEqual(['pending', 'queued']);
    await completed(two);
    expect((await getTask(parentId)).status).toBe('pending');
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'completed']);
  });

  it('a parent that is reported failed over open children is resumed with them', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'pending']);
    await report(parentId, { status: 'failed', message: 'no luck' });
    expect(await getTask(parentId)).toMatchObject({ status: 'failed', error: 'no luck' });
    expect((await act(parentId, 'resume')).body).toEqual({
      ...{ ok: true, message: 'Continuing execution of pending subtasks', taskId: parentId },
    });
    const parent = await getTask(parentId);
    expect(parent).toMatchObject({ status: 'in-progress', attempt: 1 });
    expect(parent).not.toHaveProperty('error');
    for (const id of ids) {
      await becomes(id, { status: 'queued' });
      await completed(id);
    }
    await becomes(parentId, { status: 'queued' });
  });

  it('a parent with gates meets them after its children, and not without them', async () => {
    const projectId = await newProject();
    const parentId = await newTask({ projectId, autonomy: 'review-before-merge' });
    const ids = await split(parentId, plain('One'));
    const early = () => report(parentId, { status: 'completed' });
    expect((await refusedAndUnchanged(parentId, early))[1]).toBe('subtasks_open');
    await execute(parentId);
    await expectStatuses(ids, ['queued']);
    await completed(ids[0] ?? '');
    await becomes(parentId, { status: 'queued' });
    expect((await report(parentId, { status: 'completed' })).body).toEqual({
      ...{ ok: true, status: 'waiting-approval', gate: 'review' },
    });
    await act(parentId, 'gates/review/approve');
    expect((await getTask(parentId)).status).toBe('completed');
  });

  it('an approval given early does not complete a parent over children that came after', async () => {
    const parentId = await newTask({ autonomy: 'review-before-merge' });
    await reported(parentId, 'in-progress');
    const [child = ''] = await split(parentId, plain('One'));
    await act(parentId, 'gates/review/approve');
    const early = () => report(parentId, { status: 'completed' });
    expect((await refusedAndUnchanged(parentId, early))[1]).toBe('subtasks_open');
    await completed(child);
    await reported(parentId, 'completed');
  });

  it.each([
    ['execute', (id: string) => execute(id)],
    ['resume', (id: string) => act(id, 'resume')],
    ['pause and resume', async (id: string) => [await act(id, 'pause'), await act(id, 'resume')]],
    ['cancel and retry', async (id: string) => [await act(id, 'cancel'), await act(id, 'retry')]],
  ])('%s begins no child of a parent that waits for another task', async (_name, begin) => {
    const open = await newTask();
    const parentId = await newTask({ dependsOn: [open] });
    const ids = await split(parentId, plain('One'));
    await begin(parentId);
    expect(await getTask(parentId)).toMatchObject({ status: 'pending', blockedBy: [open] });
    expect(['pending', 'cancelled']).toContain((await statusesOf(ids))[0]);
  });

  it('a restored child is open again, and is waited for', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'), PARALLEL);
    const [one = '', two = ''] = ids;
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued']);
    await act(one, 'trash');
    await eventually(async () => typesOf(await allEvents(parentId))).toContain('subtask:cancelled');
    await act(one, 'restore');
    await eventually(async () => (await countSubtasks(parentId)).cancelled).toBe(0);
    await completed(two);
    await eventually(async () => typesOf(await allEvents(parentId))).toContain('subtask:completed');
    expect((await getTask(parentId)).status).toBe('in-progress');
    expect((await act(one, 'resume')).status).toBe(200);
    await completed(one);
    await becomes(parentId, { status: 'queued' });
  });
});
