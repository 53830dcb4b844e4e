// Cases 49–57: the trash.

import { describe, expect, it } from 'vitest';
import { ask } from '../worker/ask.ts';
import { allEvents, getTask, newProject, newTask, read, send, typesOf } from '../worker/world.ts';
import { INSTANT, leavesAlone, NO_TASK, refusal, UNKNOWN_IDS } from './checks.ts';
import { act, newTaskIn } from './states.ts';

interface Shelf {
  readonly tasks: { id: string; trashedAt: string; status: string }[];
  readonly count: number;
  readonly message: string;
  readonly nextCursor?: string;
}
const OPEN = [
  'pending',
  'queued',
  'planning',
  'in-progress',
  'waiting-approval',
  'paused',
] as const;
const ENDED = ['completed', 'failed', 'cancelled'] as const;
const TRASHED = { status: 200, body: { ok: true, message: 'Task moved to trash' } };
const RESTORED = { status: 200, body: { ok: true, message: 'Task restored from trash' } };
const NONE = { tasks: [], count: 0, message: 'No trashed tasks found' };
const EMPTY = {
  ok: true,
  deletedCount: 0,
  message: 'No tasks were deleted (trash was already empty)',
};

const shelfOf = async (projectId: string, query = '') => {
  const { status, body } = await read<Shelf>(`/tasks/trashed?projectId=${projectId}${query}`);
  expect(status).toBe(200);
  return body;
};
const listOf = async (projectId: string) =>
  (await read<Shelf>(`/tasks?projectId=${projectId}`)).body.tasks.map(({ id }) => id);
const empty = async (projectId: string) =>
  send(`/tasks/trash?projectId=${projectId}`, {}, { method: 'DELETE' });

async function newTrashed(projectId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const taskId = await newTask({ projectId });
    expect(await act(taskId, 'trash')).toEqual(TRASHED);
    ids.push(taskId);
  }
  return ids;
}

describe('the trash', () => {
  it.each(OPEN)('49 a task that is %s is cancelled first', async (status) => {
    const taskId = await newTaskIn(status);
    expect(await act(taskId, 'trash')).toEqual(TRASHED);
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'cancelled', trashedAt: INSTANT });
    for (const member of ['waitingFor', 'pausedAt', 'completedAt']) {
      expect(task).not.toHaveProperty(member);
    }
    const types = typesOf(await allEvents(taskId));
    expect(types.slice(-2)).toEqual(['task:cancelled', 'task:trashed']);
  });

  it.each(ENDED)('49 a task that is %s keeps its status', async (status) => {
    const taskId = await newTaskIn(status);
    const before = await getTask(taskId);
    expect(await act(taskId, 'trash')).toEqual(TRASHED);
    const { updatedAt: _, seq: __, ...after } = await getTask(taskId);
    expect({ ...before, ...after }).toEqual({ ...before, trashedAt: after.trashedAt });
    expect(after).toMatchObject({ status, trashedAt: INSTANT });
    expect(typesOf(await allEvents(taskId)).at(-1)).toBe('task:trashed');
  });

  it('50 an unknown task is 404, twice is 409', async () => {
    for (const id of UNKNOWN_IDS) {
      expect(await refusal(`/tasks/${id}/trash`, { json: {} })).toMatchObject(NO_TASK);
    }
    const [taskId = ''] = await newTrashed(await newProject(), 1);
    await leavesAlone(taskId, async () => {
      expect(await refusal(`/tasks/${taskId}/trash`, { json: {} })).toMatchObject({
        ...{ status: 409, code: 'task_trashed', error: 'Task is already in trash' },
      });
    });
  });

  it.each(OPEN)(
    '51 what was %s is restored to pending, and starts when it is resumed',
    async (status) => {
      const projectId = await newProject();
      const taskId = await newTaskIn(status, { projectId });
      await act(taskId, 'trash');
      expect(await act(taskId, 'restore')).toEqual(RESTORED);
      const task = await getTask(taskId);
      expect(task.status).toBe('pending');
      for (const member of ['trashedAt', 'error', 'pausedAt', 'waitingFor']) {
        expect(task).not.toHaveProperty(member);
      }
      expect(await listOf(projectId)).toEqual([taskId]);
      await act(taskId, 'resume');
      expect((await getTask(taskId)).status).toBe('queued');
    },
  );

  it.each(ENDED)('51 what was %s is so again', async (status) => {
    const taskId = await newTaskIn(status);
    const before = await getTask(taskId);
    await act(taskId, 'trash');
    expect(await act(taskId, 'restore')).toEqual(RESTORED);
    const { updatedAt, seq } = await getTask(taskId);
    expect(await getTask(taskId)).toEqual({ ...before, updatedAt, seq });
  });

  it('52 an unknown task is 404, one that is not in the trash 409', async () => {
    for (const id of UNKNOWN_IDS) {
      expect(await refusal(`/tasks/${id}/restore`, { json: {} })).toMatchObject(NO_TASK);
    }
    for (const status of [...OPEN, ...ENDED]) {
      const taskId = await newTaskIn(status);
      await leavesAlone(taskId, async () => {
        expect(await refusal(`/tasks/${taskId}/restore`, { json: {} })).toMatchObject({
          ...{ status: 409, code: 'not_trashed', error: 'Task is not in trash' },
        });
      });
    }
  });

  it('53 GET /tasks/trashed has exactly the trashed ones', async () => {
    const projectId = await newProject();
    expect(await shelfOf(projectId)).toEqual(NONE);
    await newTask({ projectId });
    const ids = await newTrashed(projectId, 3);
    const shelf = await shelfOf(projectId);
    expect(shelf).toMatchObject({ count: 3, message: '3 trashed task(s) found' });
    expect(shelf.tasks.map(({ id }) => id)).toEqual(ids.toSorted().reverse());
    for (const task of shelf.tasks) expect(task.trashedAt).toEqual(INSTANT);
    const page = await shelfOf(projectId, '&limit=2');
    expect(page).toMatchObject({ count: 2, message: '3 trashed task(s) found' });
    expect(await shelfOf(projectId, `&limit=2&cursor=${page.nextCursor}`)).toMatchObject({
      ...{ count: 1, message: '3 trashed task(s) found' },
    });
  });

  it.each(['paused', 'trashed', 'archived'])(
    '53 GET /tasks/%s refuses a wrong page',
    async (name) => {
      for (const [query, path] of [
        ['limit=0', '?limit'],
        ['limit=101', '?limit'],
        ['limit=x', '?limit'],
        ['cursor=x', '?cursor'],
      ]) {
        expect(await refusal(`/tasks/${name}?${query}`)).toMatchObject({
          ...{ status: 400, errors: [{ path }] },
        });
      }
    },
  );

  it('54 GET /tasks has no trashed one', async () => {
    const projectId = await newProject();
    const kept = await newTask({ projectId });
    await newTrashed(projectId, 2);
    expect(await listOf(projectId)).toEqual([kept]);
  });

  it('55 DELETE /tasks/trash deletes them for ever and nothing else', async () => {
    const projectId = await newProject();
    const other = await newProject();
    const kept = await newTask({ projectId });
    const [foreign = ''] = await newTrashed(other, 1);
    const ids = await newTrashed(projectId, 3);
    const message = '3 task(s) permanently deleted from trash';
    expect(await empty(projectId)).toEqual({
      ...{ status: 200, body: { ok: true, deletedCount: 3, message } },
    });
    for (const id of ids) {
      for (const path of ['', '/events', '/gates', '/subtasks']) {
        expect(await refusal(`/tasks/${id}${path}`)).toMatchObject(NO_TASK);
      }
      for (const verb of ['restore', 'trash', 'cancel']) {
        expect(await refusal(`/tasks/${id}/${verb}`, { json: {} })).toMatchObject(NO_TASK);
      }
    }
    expect(await shelfOf(projectId)).toEqual(NONE);
    expect(await listOf(projectId)).toEqual([kept]);
    expect((await getTask(foreign)).trashedAt).toEqual(INSTANT);
    expect((await shelfOf(other)).count).toBe(1);
  });

  it('56 again it has nothing to delete, and says so; without a body too', async () => {
    const projectId = await newProject();
    await newTrashed(projectId, 1);
    await empty(projectId);
    expect(await empty(projectId)).toEqual({ status: 200, body: EMPTY });
    const path = `/tasks/trash?projectId=${await newProject()}`;
    expect(await (await ask(path, { method: 'DELETE' })).json()).toEqual(EMPTY);
  });

  it('57 create → trash → list → restore → trash → empty: counts agree throughout', async () => {
    const projectId = await newProject();
    const counts = async () => [(await listOf(projectId)).length, (await shelfOf(projectId)).count];
    const ids = await Promise.all([1, 2, 3].map(() => newTask({ projectId })));
    expect(await counts()).toEqual([3, 0]);
    const [first = '', second = ''] = ids;
    await act(first, 'trash');
    expect(await counts()).toEqual([2, 1]);
    await act(second, 'trash');
    expect(await counts()).toEqual([1, 2]);
    await act(first, 'restore');
    expect(await counts()).toEqual([2, 1]);
    await act(first, 'trash');
    expect(await counts()).toEqual([1, 2]);
    expect((await empty(projectId)).body).toMatchObject({ deletedCount: 2 });
    expect(await counts()).toEqual([1, 0]);
    expect((await empty(projectId)).body).toEqual(EMPTY);
  });
});
