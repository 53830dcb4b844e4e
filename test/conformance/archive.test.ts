// Cases 58–66: the archive.

import { describe, expect, it } from 'vitest';
import { ask } from '../worker/ask.ts';
import {
  allEvents,
  getTask,
  newDoneTask,
  newProject,
  newTask,
  read,
  typesOf,
} from '../worker/world.ts';
import { INSTANT, JSON_TYPE, leavesAlone, NO_TASK, refusal, UNKNOWN_IDS } from './checks.ts';
import { act, newTaskIn } from './states.ts';

interface Shelf {
  readonly tasks: { id: string; archivedAt: string; status: string }[];
  readonly count: number;
  readonly message: string;
}
const ARCHIVED = { status: 200, body: { ok: true, message: 'Task archived' } };
const shelfOf = async (projectId: string) => {
  const { status, body } = await read<Shelf>(`/tasks/archived?projectId=${projectId}`);
  expect(status).toBe(200);
  return body;
};
const refused = (taskId: string, verb = 'archive') =>
  refusal(`/tasks/${taskId}/${verb}`, { json: {} });

describe('the archive', () => {
  it('58 a done task is archived, the body exactly so', async () => {
    const taskId = await newDoneTask();
    const answer = await ask(`/tasks/${taskId}/archive`, { json: {} });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')).toMatch(/^application\/json/);
    expect(await answer.text()).toBe('{"ok":true,"message":"Task archived"}');
    expect(await getTask(taskId)).toMatchObject({ status: 'completed', archivedAt: INSTANT });
    expect(typesOf(await allEvents(taskId)).at(-1)).toBe('task:archived');
  });

  it('59 an unknown task is 404', async () => {
    for (const id of UNKNOWN_IDS) {
      expect(await refused(id)).toMatchObject(NO_TASK);
      expect(await refused(id, 'unarchive')).toMatchObject(NO_TASK);
    }
  });

  it('60 twice is 409', async () => {
    const taskId = await newDoneTask();
    await act(taskId, 'archive');
    await leavesAlone(taskId, async () => {
      expect(await refused(taskId)).toMatchObject({
        ...{ status: 409, code: 'task_archived', error: 'Task is already archived' },
      });
    });
  });

  it.each([
    ...(['pending', 'queued', 'planning', 'in-progress', 'waiting-approval'] as const),
    ...(['paused', 'failed', 'cancelled'] as const),
  ])('61 a task that is %s is 409', async (status) => {
    const taskId = await newTaskIn(status);
    await leavesAlone(taskId, async () => {
      expect(await refused(taskId)).toMatchObject({
        status: 409,
        code: 'invalid_transition',
        error:
          `Cannot archive task ${taskId}: only completed tasks can be archived ` +
          `(current status: ${status})`,
      });
    });
  });

  it('62 without a content type, with an empty body and with {} it is 200', async () => {
    for (const init of [
      { method: 'POST' },
      { method: 'POST', headers: JSON_TYPE },
      { method: 'POST', headers: JSON_TYPE, body: '' },
      { json: {} },
    ]) {
      const answer = await ask(`/tasks/${await newDoneTask()}/archive`, init);
      expect([answer.status, await answer.json()]).toEqual([200, ARCHIVED.body]);
    }
  });

  it('63 GET /tasks/archived with none', async () => {
    const projectId = await newProject();
    await newDoneTask({ projectId });
    expect(await shelfOf(projectId)).toEqual({
      ...{ tasks: [], count: 0, message: 'No archived tasks found' },
    });
  });

  it('64 with two, each completed with the time of it, and no longer in GET /tasks', async () => {
    const projectId = await newProject();
    const kept = await newTask({ projectId });
    const ids = [await newDoneTask({ projectId }), await newDoneTask({ projectId })];
    for (const id of ids) await act(id, 'archive');
    const shelf = await shelfOf(projectId);
    expect(shelf).toMatchObject({ count: 2, message: '2 archived task(s) found' });
    expect(shelf.tasks.map(({ id }) => id)).toEqual(ids.toSorted().reverse());
    for (const task of shelf.tasks) {
      expect(task).toMatchObject({ status: 'completed', archivedAt: INSTANT });
    }
    const { body } = await read<Shelf>(`/tasks?projectId=${projectId}`);
    expect(body.tasks.map(({ id }) => id)).toEqual([kept]);
  });

  it('65 other methods are 405 and name the right one', async () => {
    const taskId = await newDoneTask();
    for (const [path, own] of [
      [`/tasks/${taskId}/archive`, 'POST'],
      ['/tasks/archived', 'GET'],
    ] as const) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        if (method === own) continue;
        const answer = await ask(path, { method });
        expect([method, path, answer.status]).toEqual([method, path, 405]);
        expect(answer.headers.get('Allow')).toContain(own);
      }
    }
    expect(await getTask(taskId)).not.toHaveProperty('archivedAt');
  });

  it('66 ten at once are all archived and all listed', async () => {
    const projectId = await newProject();
    const ids = await Promise.all(Array.from({ length: 10 }, () => newDoneTask({ projectId })));
    const answers = await Promise.all(ids.map((id) => act(id, 'archive')));
    for (const answer of answers) expect(answer).toEqual(ARCHIVED);
    const shelf = await shelfOf(projectId);
    expect(shelf.tasks.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    expect(shelf.message).toBe('10 archived task(s) found');
  });

  it('66 ten times the same at once is archived once', async () => {
    const taskId = await newDoneTask();
    const answers = await Promise.all(Array.from({ length: 10 }, () => act(taskId, 'archive')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(409)]);
    const types = typesOf(await allEvents(taskId));
    expect(types.filter((type) => type === 'task:archived')).toHaveLength(1);
  });
});

describe('leaving the archive', () => {
  it('is 200 with its text, and the task is as it was; one that is not there is 409', async () => {
    const projectId = await newProject();
    const taskId = await newDoneTask({ projectId });
    const before = await getTask(taskId);
    await leavesAlone(taskId, async () => {
      expect(await refused(taskId, 'unarchive')).toMatchObject({
        ...{ status: 409, code: 'not_archived', error: 'Task is not archived' },
      });
    });
    await act(taskId, 'archive');
    expect(await act(taskId, 'unarchive')).toEqual({
      ...{ status: 200, body: { ok: true, message: 'Task unarchived' } },
    });
    const { updatedAt, seq } = await getTask(taskId);
    expect(await getTask(taskId)).toEqual({ ...before, updatedAt, seq });
    expect((await shelfOf(projectId)).count).toBe(0);
    expect(typesOf(await allEvents(taskId)).at(-1)).toBe('task:unarchived');
  });

  it('by the trash and back leaves it archived', async () => {
    const projectId = await newProject();
    const taskId = await newDoneTask({ projectId });
    await act(taskId, 'archive');
    await act(taskId, 'trash');
    expect((await shelfOf(projectId)).count).toBe(0);
    await act(taskId, 'restore');
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'completed', archivedAt: INSTANT });
    expect(task).not.toHaveProperty('trashedAt');
    expect((await shelfOf(projectId)).count).toBe(1);
  });
});
