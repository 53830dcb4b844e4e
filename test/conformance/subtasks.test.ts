// Subtasks: cases 67–75.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import { Decomposed, SubtaskCounts, SubtaskList } from '../../src/contract/subtask.ts';
import { ask } from '../worker/ask.ts';
import { allEvents, getTask, newTask, read, report, send, typesOf } from '../worker/world.ts';
import {
  becomes,
  completed,
  countSubtasks,
  decompose,
  execute,
  expectStatuses,
  listSubtasks,
  newFamily,
  plain,
  refusedAndUnchanged,
  reported,
  split,
} from './family.ts';

const unknown = newTaskId(Date.now());
const NOT_FOUND = { status: 404, body: { error: 'Task not found', code: 'not_found' } };
const NO_DEFINITION = 'At least one subtask definition is required';

describe('subtasks', () => {
  it('67 decompose with two: both pending, in sequence, and the parent names them', async () => {
    const parentId = await newTask();
    const { status, body } = await decompose(parentId, plain('Write it', 'Test it'));
    expect(status).toBe(200);
    const [first, second] = body.subtasks;
    expect(body).toEqual({
      ok: true,
      parentTaskId: parentId,
      subtasks: [
        { id: first?.id, description: 'Write it', status: 'pending' },
        { id: second?.id, description: 'Test it', status: 'pending' },
      ],
      strategy: 'sequential',
    });
    for (const { id } of body.subtasks) expect(id).toMatch(/^task_[0-9a-z]+_[0-9a-f]{20}$/);
    expect(first?.id).not.toBe(second?.id);
    expect(Decomposed.parse(body)).toEqual(body);
    expect(await getTask(parentId)).toMatchObject({
      subtaskIds: [first?.id, second?.id],
      subtaskStrategy: 'sequential',
    });
  });

  it.each(['parallel', 'dependency-based', 'sequential'])(
    '67 decompose with the strategy %s answers and keeps it',
    async (strategy) => {
      const parentId = await newTask();
      const { body } = await decompose(parentId, plain('One'), { strategy });
      expect(body.strategy).toBe(strategy);
      expect((await getTask(parentId)).subtaskStrategy).toBe(strategy);
    },
  );

  it('68 decompose without a definition is 400, also of an unknown task; else that is 404', async () => {
    const parentId = await newTask();
    const count = (await allEvents(parentId)).length;
    for (const taskId of [parentId, unknown, 'no-task']) {
      for (const json of [{}, { subtasks: [] }, { strategy: 'parallel' }]) {
        const { status, body } = await send(`/tasks/${taskId}/decompose`, json);
        expect([json, status, body['error']]).toEqual([json, 400, NO_DEFINITION]);
        expect(body).toMatchObject({ code: 'invalid_request', errors: [{ path: 'subtasks' }] });
      }
      const empty = await ask(`/tasks/${taskId}/decompose`, { method: 'POST' });
      expect(empty.status).toBe(400);
    }
    for (const taskId of [unknown, 'no-task']) {
      expect(await decompose(taskId, plain('One'))).toMatchObject(NOT_FOUND);
    }
    expect(await allEvents(parentId)).toHaveLength(count);
  });

  it('69 dependsOn by the description of a sibling becomes its id, and blocks until it is completed', async () => {
    const { parentId, ids } = await newFamily(
      [
        { description: 'Write it' },
        { description: 'Test it', dependsOn: ['Write it'] },
        { description: 'Say it', dependsOn: ['Test it', 'Write it'] },
      ],
      { strategy: 'dependency-based' },
    );
    const [one = '', two = '', three = ''] = ids;
    expect(await getTask(one)).toMatchObject({ dependsOn: [], blockedBy: [] });
    expect(await getTask(two)).toMatchObject({ dependsOn: [one], blockedBy: [one] });
    const last = await getTask(three);
    expect(last.dependsOn.toSorted()).toEqual([one, two].toSorted());
    expect(last.blockedBy.toSorted()).toEqual([one, two].toSorted());
    await execute(parentId);
    await reported(one, 'in-progress');
    expect(await getTask(two)).toMatchObject({ dependsOn: [one], blockedBy: [one] });
    await reported(one, 'completed');
    await becomes(two, { dependsOn: [one], blockedBy: [], status: 'queued' });
    await becomes(three, { blockedBy: [two], status: 'pending' });
  });

  it('70 children share the branch of their parent and name it; it names them in their order', async () => {
    const names = ['Delta', 'Alpha', 'Charlie', 'Bravo'];
    const { parentId, ids } = await newFamily(plain(...names));
    const parent = await getTask(parentId);
    expect(parent.subtaskIds).toEqual(ids);
    const children = await Promise.all(ids.map(getTask));
    expect(children.map(({ description }) => description)).toEqual(names);
    for (const child of children) {
      expect(child).toMatchObject({ parentTaskId: parentId, branchName: parent.branchName });
      expect(child).toMatchObject({ projectId: parent.projectId, status: 'pending' });
    }
    const more = await split(parentId, plain('Echo'));
    expect((await getTask(parentId)).subtaskIds).toEqual([...ids, ...more]);
  });

  it('71 the list has rows in the order of definition, and the totals add up', async () => {
    const names = ['Delta', 'Alpha', 'Charlie', 'Bravo', 'Echo'];
    const { parentId, ids } = await newFamily(plain(...names), { strategy: 'parallel' });
    const [one = '', two = '', three = '', four = ''] = ids;
    const list = await listSubtasks(parentId);
    expect(SubtaskList.parse(list)).toEqual(list);
    expect(list).toMatchObject({ parentTaskId: parentId, count: 5 });
    expect(list.subtasks.map(({ id, description }) => [id, description])).toEqual(
      ids.map((id, index) => [id, names[index]]),
    );
    for (const row of list.subtasks) {
      for (const member of ['logs', 'artifacts', 'gates']) expect(row).not.toHaveProperty(member);
    }
    await completed(one);
    await reported(two, 'failed');
    await reported(three, 'in-progress');
    await send(`/tasks/${four}/cancel`);
    const counts = await countSubtasks(parentId);
    expect(SubtaskCounts.parse(counts)).toEqual(counts);
    expect(counts).toEqual({
      ...{ parentTaskId: parentId, total: 5 },
      ...{ completed: 1, failed: 1, pending: 1, inProgress: 1, cancelled: 1 },
    });
  });

  it('71 pending counts the queued ones, inProgress all others that are open', async () => {
    const names = ['One', 'Two', 'Three', 'Four', 'Five'];
    const { parentId, ids } = await newFamily(plain(...names), { strategy: 'parallel' });
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued', 'queued', 'queued', 'queued']);
    expect(await countSubtasks(parentId)).toMatchObject({ total: 5, pending: 5, inProgress: 0 });
    const open = ['planning', 'in-progress', 'waiting-approval', 'paused'] as const;
    for (const [index, status] of open.entries()) await report(ids[index] ?? '', { status });
    expect(await countSubtasks(parentId)).toEqual({
      ...{ parentTaskId: parentId, total: 5 },
      ...{ completed: 0, failed: 0, pending: 1, inProgress: 4, cancelled: 0 },
    });
  });

  it('71 a task without subtasks has an empty list and five zeroes; an unknown one is 404', async () => {
    const taskId = await newTask();
    expect(await listSubtasks(taskId)).toEqual({ parentTaskId: taskId, subtasks: [], count: 0 });
    expect(await countSubtasks(taskId)).toEqual({
      ...{ parentTaskId: taskId, total: 0 },
      ...{ completed: 0, failed: 0, pending: 0, inProgress: 0, cancelled: 0 },
    });
    for (const route of ['subtasks', 'subtasks/status', 'parent', 'is-subtask']) {
      for (const id of [unknown, 'no-task']) {
        expect(await read(`/tasks/${id}/${route}`)).toMatchObject(NOT_FOUND);
      }
    }
  });

  it('72 execute without children is 409 and changes nothing; with them it begins', async () => {
    const taskId = await newTask();
    expect(await refusedAndUnchanged(taskId, () => execute(taskId))).toEqual([
      ...[409, 'no_subtasks', 'Task has no subtasks to execute'],
    ]);
    expect(await execute(unknown)).toMatchObject(NOT_FOUND);
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    expect(await execute(parentId)).toEqual({
      status: 200,
      body: { ok: true, message: 'Subtask execution started', parentTaskId: parentId },
    });
    await expectStatuses(ids, ['queued', 'pending']);
    const count = (await allEvents(parentId)).length;
    expect((await execute(parentId)).status).toBe(200);
    expect(await allEvents(parentId)).toHaveLength(count);
  });

  it('73 the parent of a child is the parent; a root has none', async () => {
    const { parentId, ids } = await newFamily(plain('One'));
    const { status, body } = await read(`/tasks/${ids[0]}/parent`);
    expect([status, body]).toEqual([200, await getTask(parentId)]);
    expect(await read(`/tasks/${parentId}/parent`)).toMatchObject({
      status: 404,
      body: { error: 'This task has no parent (not a subtask)', code: 'not_found' },
    });
  });

  it('74 is-subtask says of what, or null', async () => {
    const { parentId, ids } = await newFamily(plain('One'));
    expect(await read(`/tasks/${ids[0]}/is-subtask`)).toEqual({
      status: 200,
      body: { taskId: ids[0], isSubtask: true, parentTaskId: parentId },
    });
    expect(await read(`/tasks/${parentId}/is-subtask`)).toEqual({
      status: 200,
      body: { taskId: parentId, isSubtask: false, parentTaskId: null },
    });
  });

  it('75 a parent is not completed over an open child, and fails with the last that failed', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    const [one = '', two = ''] = ids;
    await completed(one);
    const act = () => report(parentId, { status: 'completed' });
    expect((await refusedAndUnchanged(parentId, act)).slice(0, 2)).toEqual([409, 'subtasks_open']);
    await reported(two, 'failed');
    await becomes(parentId, { status: 'failed', error: '1 subtask(s) failed' });
    expect(await getTask(parentId)).not.toHaveProperty('completedAt');
    expect(typesOf(await allEvents(parentId)).slice(-3)).toEqual([
      ...['subtask:completed', 'subtask:failed', 'task:failed'],
    ]);
  });

  it('75 the same while the parent is reported to be at work, and while its children are executed', async () => {
    for (const begin of [(id: string) => reported(id, 'in-progress'), execute]) {
      const { parentId, ids } = await newFamily(plain('One', 'Two'), { strategy: 'parallel' });
      const [one = '', two = ''] = ids;
      await begin(parentId);
      const act = () => report(parentId, { status: 'completed' });
      expect((await refusedAndUnchanged(parentId, act))[1]).toBe('subtasks_open');
      await report(one, { status: 'failed', message: 'no luck' });
      await report(two, { status: 'failed' });
      await becomes(parentId, { status: 'failed', error: '2 subtask(s) failed' });
    }
  });
});
