// Cases 12–15: listing tasks.

import { describe, expect, it } from 'vitest';
import { TaskList } from '../../src/contract/page.ts';
import { TASK_STATUSES } from '../../src/contract/task.ts';
import { newProject, newTask, read, report, send } from '../worker/world.ts';
import { refusal } from './checks.ts';
import { newTaskIn } from './states.ts';

const list = async (projectId: string, query = '') => {
  const { status, body } = await read<TaskList>(`/tasks?projectId=${projectId}${query}`);
  expect(status).toBe(200);
  expect(TaskList.parse(body)).toEqual(body);
  expect(body.count).toBe(body.tasks.length);
  return body;
};
const idsOf = ({ tasks }: TaskList) => tasks.map(({ id }) => id);

/** Ids made in one millisecond have no order of their own; sorted descending is the order of the list. */
const newestFirst = (ids: readonly string[]) => ids.toSorted().reverse();

async function newTasks(projectId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push(await newTask({ projectId }));
  return ids;
}

describe('listing tasks', () => {
  it('12 count is the number of rows, with nothing, one and two', async () => {
    const projectId = await newProject();
    expect(await list(projectId)).toEqual({ tasks: [], count: 0 });
    for (const count of [1, 2]) {
      await newTasks(projectId, 1);
      const body = await list(projectId);
      expect(Object.keys(body).sort()).toEqual(['count', 'tasks']);
      expect(body.count).toBe(count);
    }
  });

  it('13 limit=1 gives exactly one, and the cursor leads through all of them once', async () => {
    const projectId = await newProject();
    const ids = await newTasks(projectId, 5);
    for (const limit of [1, 2]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const from = cursor === undefined ? '' : `&cursor=${cursor}`;
        const page: TaskList = await list(projectId, `&limit=${limit}${from}`);
        expect(page.count).toBe(Math.min(limit, ids.length - seen.length));
        seen.push(...idsOf(page));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(newestFirst(ids));
    }
    expect(await list(projectId, '&limit=5')).not.toHaveProperty('nextCursor');
  });

  it('14 a status filter shows these alone, one or more', async () => {
    const projectId = await newProject();
    const ids = new Map<string, string>();
    for (const status of TASK_STATUSES) ids.set(status, await newTaskIn(status, { projectId }));
    for (const status of TASK_STATUSES) {
      const body = await list(projectId, `&status=${status}`);
      expect(idsOf(body)).toEqual([ids.get(status)]);
      expect(body.tasks[0]?.status).toBe(status);
    }
    const two = await list(projectId, '&status=completed,failed&total=true');
    const wanted = [ids.get('completed') ?? '', ids.get('failed') ?? ''];
    expect(idsOf(two)).toEqual(newestFirst(wanted));
    expect(two.total).toBe(2);
    expect((await list(projectId, `&status=${TASK_STATUSES.join(',')}`)).count).toBe(9);
  });

  it('14 a row leaves the filter as soon as its status has changed', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    for (const status of ['planning', 'in-progress', 'paused', 'in-progress', 'completed']) {
      await report(taskId, { status });
      expect(idsOf(await list(projectId, `&status=${status}`))).toEqual([taskId]);
      expect((await list(projectId, '&status=queued')).count).toBe(0);
    }
  });

  it('15 the newest is first, also once older ones have changed', async () => {
    const projectId = await newProject();
    const ids = await newTasks(projectId, 4);
    await report(ids[0] ?? '', { status: 'in-progress' });
    const body = await list(projectId);
    expect(idsOf(body)).toEqual(newestFirst(ids));
    const times = body.tasks.map(({ createdAt }) => createdAt);
    expect(times).toEqual(times.toSorted().reverse());
  });

  it('what lies in the trash or the archive is left out, of total and filters too', async () => {
    const projectId = await newProject();
    const [kept = '', trashed = ''] = await newTasks(projectId, 2);
    const archived = await newTaskIn('completed', { projectId });
    await send(`/tasks/${trashed}/trash`);
    await send(`/tasks/${archived}/archive`);
    expect(await list(projectId, '&total=true')).toMatchObject({ count: 1, total: 1 });
    expect(idsOf(await list(projectId))).toEqual([kept]);
    for (const status of ['completed', 'cancelled']) {
      expect((await list(projectId, `&status=${status}`)).count).toBe(0);
    }
  });

  it('tasks of one project are not in another', async () => {
    const projectId = await newProject();
    await newTasks(projectId, 1);
    expect((await list(await newProject())).count).toBe(0);
  });

  it('a parameter that is given twice, or is no flag, is 400 and named', async () => {
    for (const [query, path] of [
      ['limit=1&limit=2', '?limit'],
      ['status=queued&status=failed', '?status'],
      ['total=yes', '?total'],
    ]) {
      const answer = await refusal(`/tasks?${query}`);
      expect([query, answer.status, answer.errors?.[0]?.path]).toEqual([query, 400, path]);
    }
  });
});
