// What a client of one task's stream sees: cases 91–98 and 106.

import { describe, expect, it } from 'vitest';
import { Task } from '../../src/contract/task.ts';
import { ask } from '../worker/ask.ts';
import {
  allEvents,
  eventually,
  getTask,
  newDoneTask,
  newProject,
  newTask,
  report,
  send,
} from '../worker/world.ts';
import { INSTANT, viewer } from './sockets.ts';

const log = (taskId: string, json: Record<string, unknown>) => send(`/tasks/${taskId}/log`, json);
const act = (taskId: string, verb: string, json: unknown = {}) =>
  send(`/tasks/${taskId}/${verb}`, json);
const newGated = () => newTask({ autonomy: 'review-before-merge' });
const countTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('the stream of a task', () => {
  it('91 begins with task:state: the task as it is', async () => {
    const taskId = await newTask();
    await log(taskId, { message: 'before' });
    const { frames } = await viewer(taskId);
    const [first] = frames();
    expect(Object.keys(first ?? {}).toSorted()).toEqual([
      ...['data', 'seq', 'taskId', 'timestamp', 'type'],
    ]);
    expect(first).toMatchObject({ type: 'task:state', taskId, seq: 3 });
    expect(first?.timestamp).toMatch(INSTANT);
    expect(first?.data['id']).toBe(taskId);
    expect(Task.parse(first?.data)).toEqual(first?.data);
    const { waitingDetail: _, ...task } = await getTask(taskId);
    expect(first?.data).toMatchObject(task);
  });

  it('92 each event has type, taskId, timestamp, data and seq, which counts up from the state’s', async () => {
    const taskId = await newGated();
    const { frames } = await viewer(taskId);
    await log(taskId, { message: 'hello' });
    await report(taskId, { status: 'in-progress', stage: 'planning', message: 'reading' });
    await report(taskId, { status: 'completed' });
    await act(taskId, 'gates/review/approve');
    const { seq } = await getTask(taskId);
    await eventually(() => frames().at(-1)?.seq).toBe(seq);
    const [state, ...events] = frames();
    expect(events.map((event) => event.seq)).toEqual(countTo(seq, (state?.seq ?? 0) + 1));
    for (const event of events) {
      expect(Object.keys(event).toSorted()).toEqual([
        ...['data', 'seq', 'taskId', 'timestamp', 'type'],
      ]);
      expect(event.taskId).toBe(taskId);
      expect(event.timestamp).toMatch(INSTANT);
      if (event.type.startsWith('task:')) expect(event.data).toHaveProperty('status');
    }
    expect(await allEvents(taskId)).toEqual([
      ...(await allEvents(taskId)).slice(0, state?.seq),
      ...events,
    ]);
  });

  it('93 a log reaches all clients of its task, and none of another', async () => {
    const [taskId, otherId] = [await newTask(), await newTask()];
    const clients = [await viewer(taskId), await viewer(taskId), await viewer(taskId)];
    const other = await viewer(otherId);
    const entry = { level: 'info', message: 'hello', agent: 'tester' };
    await log(taskId, entry);
    await log(otherId, { level: 'warn', message: 'elsewhere' });
    for (const { frames } of clients) {
      await eventually(() => frames().length).toBe(2);
      expect(frames()[1]).toEqual({
        ...{ type: 'log:entry', taskId, seq: 3, data: entry },
        timestamp: expect.stringMatching(INSTANT),
      });
    }
    await eventually(() => other.frames().length).toBe(2);
    expect(other.frames()[1]).toMatchObject({ taskId: otherId, data: { message: 'elsewhere' } });
  });

  it('93 a log with nothing but a message is info, and has no members without a value', async () => {
    const taskId = await newTask();
    const { frames } = await viewer(taskId);
    await log(taskId, { message: 'hello' });
    await eventually(() => frames().length).toBe(2);
    expect(frames()[1]?.data).toEqual({ level: 'info', message: 'hello' });
  });

  it('94 a status report is task:stage-changed with what it said', async () => {
    const taskId = await newTask();
    const { frames } = await viewer(taskId);
    const data = { status: 'in-progress', stage: 'testing', message: 'nearly' };
    await report(taskId, data);
    await eventually(() => frames().length).toBe(2);
    expect(frames()[1]).toMatchObject({ type: 'task:stage-changed', taskId, seq: 3 });
    expect(frames()[1]?.data).toEqual(data);
  });

  it.each([
    ['approve', 'gate:approved', 'approver'],
    ['reject', 'gate:rejected', 'rejector'],
  ])('95 %s is %s, with the gate, the %s and the comment', async (verb, type, who) => {
    const taskId = await newGated();
    const { frames } = await viewer(taskId);
    await act(taskId, `gates/review/${verb}`, { approver: 'ada', comment: 'I have looked' });
    const data = { gateName: 'review', [who]: 'ada', comment: 'I have looked' };
    await eventually(() => frames()[1]).toMatchObject({ type, taskId, data });
    const other = await newGated();
    const second = await viewer(other);
    await act(other, `gates/review/${verb}`);
    await eventually(() => second.frames()[1]?.type).toBe(type);
    expect(second.frames()[1]?.data).not.toHaveProperty('comment');
    expect(second.frames()[1]?.data[who]).toBe('local owner');
  });

  it('95 reaching a gate is gate:required, with its action and hash', async () => {
    const taskId = await newGated();
    const { frames } = await viewer(taskId);
    await report(taskId, { status: 'completed' });
    await eventually(() => frames()[1]?.type).toBe('gate:required');
    const [gate] = (await getTask(taskId)).gates;
    expect(frames()[1]?.data).toMatchObject({
      ...{ gateName: 'review', stage: 'review', status: 'waiting-approval' },
      ...{ action: gate?.action, actionHash: gate?.actionHash, approvers: [], quorum: 1 },
    });
  });

  it('96 trash and restore carry the task as it then is', async () => {
    const taskId = await newTask();
    const { frames, types } = await viewer(taskId);
    await act(taskId, 'trash');
    const { trashedAt } = await getTask(taskId);
    await act(taskId, 'restore');
    await eventually(types).toEqual([
      ...['task:state', 'task:cancelled', 'task:trashed', 'task:restored'],
    ]);
    const [, , trashed, restored] = frames();
    expect(trashed?.data).toMatchObject({
      ...{ trashedAt, status: 'cancelled' },
      task: { id: taskId, trashedAt, status: 'cancelled' },
    });
    expect(restored?.data).toMatchObject({
      status: 'pending',
      task: { id: taskId, status: 'pending' },
    });
    expect(restored?.data['task']).not.toHaveProperty('trashedAt');
  });

  it('97 archive and unarchive too', async () => {
    const taskId = await newDoneTask();
    const { frames, types } = await viewer(taskId);
    await act(taskId, 'archive');
    const { archivedAt } = await getTask(taskId);
    expect(archivedAt).toMatch(INSTANT);
    await act(taskId, 'unarchive');
    await eventually(types).toEqual(['task:state', 'task:archived', 'task:unarchived']);
    const [, archived, unarchived] = frames();
    expect(archived?.data).toMatchObject({
      ...{ archivedAt, status: 'completed' },
      task: { id: taskId, archivedAt, status: 'completed' },
    });
    expect(unarchived?.data).toMatchObject({ status: 'completed', task: { id: taskId } });
    expect(unarchived?.data['task']).not.toHaveProperty('archivedAt');
  });

  it('98 emptying the trash is told to who watches a deleted task, which is then closed', async () => {
    const projectId = await newProject();
    const ids = [await newTask({ projectId }), await newTask({ projectId })];
    const viewers = await Promise.all(ids.map((id) => viewer(id)));
    for (const id of ids) await act(id, 'trash');
    const emptied = await ask(`/tasks/trash?projectId=${projectId}`, { method: 'DELETE' });
    expect(emptied.status).toBe(200);
    for (const [index, { frames, closed }] of viewers.entries()) {
      expect(await closed).toMatchObject({ code: 4410 });
      const last = frames().at(-1);
      expect(last).toMatchObject({ type: 'trash:emptied', taskId: ids[index] });
      expect(last?.data['deletedCount']).toBe(2);
      expect(last?.data['deletedTaskIds']).toEqual(expect.arrayContaining(ids));
    }
  });

  it('106 cancel, retry, pause and resume are one event each, with the task as it then is', async () => {
    const taskId = await newTask();
    const { frames, types } = await viewer(taskId);
    for (const verb of ['pause', 'resume', 'cancel', 'retry']) await act(taskId, verb);
    const told = ['task:paused', 'task:resumed', 'task:cancelled', 'task:retried'];
    const seen = () => frames().filter(({ type }) => told.includes(type));
    await eventually(() => seen().map(({ type }) => type)).toEqual(told);
    expect(types().filter((type) => !told.includes(type))).toEqual([
      ...['task:state', 'task:queued', 'task:queued'],
    ]);
    const [paused, resumed, cancelled, retried] = seen();
    expect(paused?.data).toMatchObject({ reason: 'manual', status: 'paused' });
    expect(paused?.data['pausedAt']).toMatch(INSTANT);
    expect(resumed?.data).toMatchObject({ status: 'queued' });
    const error = 'Task was cancelled by user';
    expect(cancelled?.data).toMatchObject({ error, status: 'cancelled' });
    expect(retried?.data).toMatchObject({ attempt: 2, status: 'queued' });
    for (const event of seen()) {
      expect(event.data['task']).toMatchObject({ id: taskId, status: event.data['status'] });
    }
  });
});
