// Resuming and retrying parents and their children, and a parent that a runner works on.

import { describe, expect, it } from 'vitest';
import { ask } from '../worker/ask.ts';
import {
  claimOne,
  eventually,
  getTask,
  newTestRunner,
  report,
  taskStub,
  workOn,
} from '../worker/world.ts';
import {
  becomes,
  completed,
  countSubtasks,
  execute,
  expectStatuses,
  newFamily,
  plain,
  refusedAndUnchanged,
  reported,
} from './family.ts';
import { act } from './states.ts';

const PARALLEL = { strategy: 'parallel' };

describe('resuming and retrying a parent', () => {
  it('resume of one with open children begins them, and says so', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    const message = 'Continuing execution of pending subtasks';
    expect(await act(parentId, 'resume')).toEqual({
      status: 200,
      body: { ok: true, message, taskId: parentId },
    });
    await expectStatuses(ids, ['queued', 'pending']);
    expect((await getTask(parentId)).status).toBe('in-progress');
  });

  it('resume of a failed or cancelled one, a child of which is open again, goes on in the same attempt', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'), PARALLEL);
    const [one = '', two = ''] = ids;
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued']);
    await completed(two);
    await report(one, { status: 'failed', message: 'no luck' });
    await becomes(parentId, { status: 'failed' });
    expect((await refusedAndUnchanged(parentId, () => act(parentId, 'resume')))[0]).toBe(409);
    await act(one, 'retry');
    await eventually(async () => (await countSubtasks(parentId)).pending).toBe(1);
    await eventually(async () => (await act(parentId, 'resume')).body['message']).toBe(
      'Continuing execution of pending subtasks',
    );
    await becomes(parentId, { status: 'in-progress', attempt: 1 });
    expect(await getTask(parentId)).not.toHaveProperty('error');
    await completed(one);
    await becomes(parentId, { status: 'queued' });
  });

  it('retry does the work again that is missing, and nothing twice', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two', 'Three'));
    const [one = '', two = '', three = ''] = ids;
    await execute(parentId);
    await completed(one);
    await expectStatuses(ids, ['completed', 'queued', 'pending']);
    await reported(two, 'failed');
    await becomes(parentId, { status: 'failed' });
    expect((await act(parentId, 'retry')).body).toEqual({
      ...{ ok: true, message: 'Task retry started' },
    });
    const parent = await getTask(parentId);
    expect(parent).toMatchObject({ attempt: 2, retryCount: 1 });
    expect(parent).not.toHaveProperty('error');
    await expectStatuses(ids, ['completed', 'queued', 'pending']);
    expect(await getTask(two)).toMatchObject({ attempt: 2 });
    expect(await getTask(one)).toMatchObject({ attempt: 1 });
    await completed(two);
    await expectStatuses(ids, ['completed', 'completed', 'queued']);
    await completed(three);
    await becomes(parentId, { status: 'queued' });
    await completed(parentId);
  });

  it('retry of a cancelled parent begins its cancelled children again', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    await execute(parentId);
    await completed(ids[0] ?? '');
    await expectStatuses(ids, ['completed', 'queued']);
    await act(parentId, 'cancel');
    await expectStatuses(ids, ['completed', 'cancelled']);
    expect((await act(parentId, 'retry')).status).toBe(200);
    await expectStatuses(ids, ['completed', 'queued']);
    await completed(ids[1] ?? '');
    await becomes(parentId, { status: 'queued', attempt: 2 });
  });

  it('a child of a cancelled parent is retried by hand, and the parent resumed after it', async () => {
    const { parentId, ids } = await newFamily(plain('One', 'Two'));
    const [one = '', two = ''] = ids;
    await execute(parentId);
    await act(parentId, 'cancel');
    await expectStatuses(ids, ['cancelled', 'cancelled']);
    expect((await act(one, 'retry')).status).toBe(200);
    expect((await getTask(one)).status).toBe('queued');
    expect((await act(parentId, 'resume')).body['message']).toBe(
      'Continuing execution of pending subtasks',
    );
    await completed(one);
    await becomes(parentId, { status: 'queued', attempt: 1 });
    expect((await getTask(two)).status).toBe('cancelled');
  });

  it('a child of a trashed parent is retried by hand, and its parent stays in the trash', async () => {
    const { parentId, ids } = await newFamily(plain('One'));
    await act(parentId, 'trash');
    await expectStatuses(ids, ['cancelled']);
    expect((await act(ids[0] ?? '', 'retry')).status).toBe(200);
    await completed(ids[0] ?? '');
    const parent = await getTask(parentId);
    expect(parent.status).toBe('cancelled');
    expect(parent.trashedAt).toBeDefined();
  });
});

describe('a parent with a runner', () => {
  it('is not offered while its children are open, and is once they are done', async () => {
    const { projectId, parentId, ids } = await newFamily(plain('One', 'Two'), PARALLEL, {
      workflow: 'bugfix',
    });
    const runner = await newTestRunner(projectId);
    await execute(parentId);
    await expectStatuses(ids, ['queued', 'queued']);
    const seen: string[] = [];
    for (const _ of ids) {
      const holder = await claimOne(runner);
      seen.push(holder.taskId);
      expect(await workOn(holder)).toMatchObject({ do: 'stop', status: 'completed' });
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    const last = await claimOne(runner);
    expect(last.taskId).toBe(parentId);
    await workOn(last);
    expect(await getTask(parentId)).toMatchObject({ status: 'completed' });
  });

  it('a purged child is no obstacle', async () => {
    const { projectId, parentId, ids } = await newFamily(plain('One', 'Two'));
    await execute(parentId);
    await act(ids[0] ?? '', 'trash');
    await ask(`/tasks/trash?projectId=${projectId}`, { method: 'DELETE' });
    await eventually(async () => (await taskStub(ids[0] ?? '').entry()) === null).toBe(true);
    await expectStatuses([ids[1] ?? ''], ['queued']);
    await completed(ids[1] ?? '');
    await becomes(parentId, { status: 'queued' });
    expect((await getTask(parentId)).subtaskIds).toEqual(ids);
  });
});
