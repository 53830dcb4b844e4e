// Tasks that wait for other tasks.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import { ask } from '../worker/ask.ts';
import { queueOf } from '../worker/queue-world.ts';
import {
  allEvents,
  claimOne,
  eventually,
  getTask,
  newDoneTask,
  newProject,
  newTask,
  newTestRunner,
  read,
  report,
  send,
  typesOf,
  workOn,
} from '../worker/world.ts';
import { becomes, completed, refusedAndUnchanged } from './family.ts';

const act = (taskId: string, verb: string, json: unknown = {}) =>
  send(`/tasks/${taskId}/${verb}`, json);
const create = (json: Record<string, unknown>) => send('/tasks', { description: 'x', ...json });

describe('dependsOn', () => {
  it('holds a task back until all are completed, and says which ones it waits for', async () => {
    const [one, two] = [await newTask(), await newTask()];
    const taskId = await newTask({ dependsOn: [one, two, one] });
    const task = await getTask(taskId);
    expect(task).toMatchObject({
      status: 'pending',
      waitingFor: 'dependency',
      dependsOn: [one, two],
      blockedBy: [one, two],
    });
    expect(task.waitingDetail).toEqual({
      tasks: [
        { id: one, status: 'queued' },
        { id: two, status: 'queued' },
      ],
    });
    await completed(two);
    await becomes(taskId, { status: 'pending', dependsOn: [one, two], blockedBy: [one] });
    await completed(one);
    await becomes(taskId, { status: 'queued', waitingFor: 'runner', blockedBy: [] });
    expect(typesOf(await allEvents(taskId)).filter((type) => type === 'task:queued')).toHaveLength(
      1,
    );
  });

  it('of tasks that are completed already holds nothing back', async () => {
    const done = await newDoneTask();
    const task = await getTask(await newTask({ dependsOn: [done] }));
    expect(task).toMatchObject({ status: 'queued', dependsOn: [done], blockedBy: [] });
  });

  it('a report on a blocked task is 409, whatever it says of the work; it can be cancelled', async () => {
    const open = await newTask();
    const taskId = await newTask({ dependsOn: [open] });
    for (const status of ['planning', 'in-progress', 'waiting-approval', 'completed']) {
      const answer = await refusedAndUnchanged(taskId, () => report(taskId, { status }));
      expect([status, ...answer.slice(0, 2)]).toEqual([status, 409, 'dependency_open']);
    }
    expect((await act(taskId, 'cancel')).status).toBe(200);
  });

  it('a blocked task is in no claim, and its queue says why', async () => {
    const projectId = await newProject();
    const open = await newTask({ projectId });
    const taskId = await newTask({ projectId, dependsOn: [open], priority: 'urgent' });
    const runner = await newTestRunner(projectId);
    const { grants, queue } = (await runner.claim({ slots: 5 })).body;
    expect(grants.map(({ task }) => task.id)).toEqual([open]);
    expect(queue).toMatchObject({ claimable: 0, waiting: { dependency: 1 } });
    const item = (await queueOf(projectId)).find((entry) => entry.taskId === taskId);
    expect(item).toMatchObject({
      waitingFor: 'dependency',
      waitingDetail: { tasks: [{ id: open }] },
    });
  });

  it('a chain of five is done in its order, each begun by the end of the one before', async () => {
    const projectId = await newProject();
    const chain = [await newTask({ projectId, workflow: 'bugfix' })];
    for (let length = 1; length < 5; length++) {
      const [priority, effort] = [length % 2 === 0 ? 'low' : 'urgent', 'xs'];
      const dependsOn = [chain.at(-1)];
      chain.push(await newTask({ projectId, dependsOn, priority, effort, workflow: 'bugfix' }));
    }
    const runner = await newTestRunner(projectId);
    const done: string[] = [];
    for (const _ of chain) {
      const holder = await claimOne(runner, { slots: 5 });
      done.push(holder.taskId);
      await workOn(holder);
    }
    expect(done).toEqual(chain);
  });

  it.each([
    ['failed', (id: string) => report(id, { status: 'failed', message: 'no luck' })],
    ['cancelled', (id: string) => act(id, 'cancel')],
  ])('a %s one does not unblock; it is named, and its retry goes on', async (status, end) => {
    const first = await newTask();
    const second = await newTask({ dependsOn: [first] });
    const third = await newTask({ dependsOn: [second] });
    expect((await end(first)).status).toBe(200);
    await eventually(async () => (await getTask(second)).waitingDetail).toEqual({
      tasks: [{ id: first, status }],
    });
    expect(await getTask(second)).toMatchObject({ status: 'pending', blockedBy: [first] });
    expect((await act(first, 'retry')).status).toBe(200);
    await eventually(async () => (await getTask(second)).waitingDetail).toEqual({
      tasks: [{ id: first, status: 'queued' }],
    });
    await completed(first);
    await becomes(second, { status: 'queued' });
    await becomes(third, { status: 'pending', blockedBy: [second] });
    await completed(second);
    await becomes(third, { status: 'queued', blockedBy: [] });
  });

  it('a trashed one is cancelled, a restored one open, a deleted one missing for ever', async () => {
    const projectId = await newProject();
    const first = await newTask({ projectId });
    const taskId = await newTask({ projectId, dependsOn: [first] });
    const detail = async () => (await getTask(taskId)).waitingDetail;
    await act(first, 'trash');
    await eventually(detail).toEqual({ tasks: [{ id: first, status: 'cancelled' }] });
    await act(first, 'restore');
    await eventually(detail).toEqual({ tasks: [{ id: first, status: 'pending' }] });
    await act(first, 'trash');
    await ask(`/tasks/trash?projectId=${projectId}`, { method: 'DELETE' });
    await eventually(detail).toEqual({ tasks: [{ id: first, status: 'deleted' }] });
    expect(await getTask(taskId)).toMatchObject({ status: 'pending', blockedBy: [first] });
  });

  it('an unknown or a foreign one is 400, and nothing is made', async () => {
    const projectId = await newProject();
    const foreign = await newTask({ projectId: await newProject() });
    const known = await newTask({ projectId });
    for (const id of [newTaskId(Date.now()), 'no-task', '', foreign]) {
      const answer = await create({ projectId, dependsOn: [known, id] });
      expect(answer).toMatchObject({ status: 400, body: { code: 'unknown_dependency' } });
    }
    for (const dependsOn of ['x', [7], {}, null, Array.from({ length: 51 }, () => known)]) {
      const { status, body } = await create({ projectId, dependsOn });
      expect([status, body['code']]).toEqual([400, 'invalid_request']);
      expect(JSON.stringify(body['errors'])).toContain('"path":"dependsOn');
    }
    expect((await read(`/tasks?projectId=${projectId}`)).body['count']).toBe(1);
  });

  it('fifty are taken', async () => {
    const projectId = await newProject();
    const dependsOn: string[] = [];
    for (let count = 0; count < 50; count++) dependsOn.push(await newTask({ projectId }));
    const task = await getTask(await newTask({ projectId, dependsOn }));
    expect(task.blockedBy).toEqual(dependsOn);
  });

  it('pause and resume of a blocked task bring it back to waiting', async () => {
    const open = await newTask();
    const taskId = await newTask({ dependsOn: [open] });
    expect((await act(taskId, 'pause')).status).toBe(200);
    await completed(open);
    expect((await getTask(taskId)).status).toBe('paused');
    expect((await act(taskId, 'resume')).status).toBe(200);
    await becomes(taskId, { status: 'queued' });
    const other = await newTask({ dependsOn: [await newTask()] });
    await act(other, 'pause');
    await act(other, 'resume');
    expect(await getTask(other)).toMatchObject({ status: 'pending', waitingFor: 'dependency' });
  });
});
