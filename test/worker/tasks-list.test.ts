// Listing tasks: filters, cursors and limits.

import { describe, expect, it } from 'vitest';
import type { TaskList } from '../../src/contract/page.ts';
import { TASK_STATUSES } from '../../src/contract/task.ts';
import { newProject, newTask, read } from './world.ts';

const list = async (projectId: string, query = '') => {
  const { status, body } = await read<TaskList>(`/tasks?projectId=${projectId}${query}`);
  expect(status).toBe(200);
  return body;
};
const idsOf = ({ tasks }: TaskList) => tasks.map(({ id }) => id);

/** Tasks of one project, one after the other, so that their order is certain. */
async function newTasks(projectId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    ids.push(await newTask({ projectId, description: `Task number ${index}` }));
  }
  return ids;
}

/** Ids made in one millisecond have no order of their own; sorted descending is the order of the list. */
const newestFirst = (ids: readonly string[]) => ids.toSorted().reverse();

describe('listing tasks', () => {
  it('a task that is made while one pages disturbs no page', async () => {
    const projectId = await newProject();
    const ids = newestFirst(await newTasks(projectId, 4));
    const first = await list(projectId, '&limit=2');
    await newTasks(projectId, 1);
    const second = await list(projectId, `&limit=2&cursor=${first.nextCursor}`);
    expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
  });

  it('filters by workflow and by a part of the description in any case', async () => {
    const projectId = await newProject();
    const fix = await newTask({
      projectId,
      workflow: 'bugfix',
      description: 'Mend the LOGIN page',
    });
    await newTask({ projectId, description: '100%_sure' });
    expect(idsOf(await list(projectId, '&workflow=bugfix'))).toEqual([fix]);
    expect((await list(projectId, '&workflow=nothing')).count).toBe(0);
    expect(idsOf(await list(projectId, '&q=login'))).toEqual([fix]);
    const apples = await newTask({ projectId, description: 'ÄPFEL zählen' });
    expect(idsOf(await list(projectId, '&q=äpfel ZÄHLEN'))).toEqual([apples]);
    expect((await list(projectId, '&q=%25_')).count).toBe(1);
    expect((await list(projectId, '&q=_____')).count).toBe(0);
    expect((await list(projectId, `&q=${encodeURIComponent("' OR 1=1 --")}`)).count).toBe(0);
    expect((await list(projectId, '&q=login&workflow=feature')).count).toBe(0);
  });

  it('total counts all that fit, and offset skips', async () => {
    const projectId = await newProject();
    const ids = newestFirst(await newTasks(projectId, 4));
    const page = await list(projectId, '&limit=2&offset=1&total=true');
    expect(page).toMatchObject({ count: 2, total: 4 });
    expect(idsOf(page)).toEqual(ids.slice(1, 3));
    expect((await list(projectId, '&offset=1000')).count).toBe(0);
    expect((await list(projectId, '&status=failed&total=true')).total).toBe(0);
  });

  it('never gives more than 100 rows, and 25 unless asked', async () => {
    const projectId = await newProject();
    await Promise.all(Array.from({ length: 101 }, () => newTask({ projectId })));
    expect((await list(projectId)).count).toBe(25);
    const page = await list(projectId, '&limit=100&total=true');
    expect(page).toMatchObject({ count: 100, total: 101 });
    expect((await list(projectId, `&limit=100&cursor=${page.nextCursor}`)).count).toBe(1);
  });

  it.each(['0', '101', 'abc', '-1', '1.5', '', '1e1', '99999999999999999999'])(
    'limit=%s is 400',
    async (limit) => {
      const { status, body } = await read(`/tasks?limit=${limit}`);
      expect([status, body['error']]).toEqual([400, 'Limit must be a whole number from 1 to 100']);
      expect(body['errors']).toMatchObject([{ path: '?limit' }]);
    },
  );

  it.each(['0x1', '-1', '1001', 'abc'])('offset=%s is 400', async (offset) => {
    const { status, body } = await read(`/tasks?offset=${offset}`);
    expect(status).toBe(400);
    expect(body['errors']).toMatchObject([{ path: '?offset' }]);
  });

  it.each(['bogus', '', 'queued,', 'queued,bogus', 'QUEUED', 'constructor'])(
    'status=%s is 400',
    async (value) => {
      const { status, body } = await read(`/tasks?status=${value}`);
      const text = `Status must be one of: ${TASK_STATUSES.join(', ')}`;
      expect([status, body['code'], body['error']]).toEqual([400, 'invalid_request', text]);
    },
  );

  it('a cursor of another list, or none at all, is 400 invalid_cursor', async () => {
    const projectId = await newProject();
    await newTasks(projectId, 2);
    const { nextCursor = '' } = await list(projectId, '&limit=1');
    const other = await newProject();
    for (const query of [
      `projectId=${projectId}&status=queued&cursor=${nextCursor}`,
      `projectId=${other}&cursor=${nextCursor}`,
      ...['x', '%00', '', '=', btoa('task_x')].map((cursor) => `cursor=${cursor}`),
    ]) {
      const { status, body } = await read(`/tasks?${query}`);
      expect([query, status, body['code']]).toEqual([query, 400, 'invalid_cursor']);
    }
    const both = await read(`/tasks?projectId=${projectId}&offset=1&cursor=${nextCursor}`);
    expect(both.status).toBe(400);
  });

  it('an unknown project is 404', async () => {
    for (const id of [
      (await newProject()).replace(/.$/, (last) => (last === 'z' ? 'y' : 'z')),
      'prj_x',
      "'",
      '',
    ]) {
      expect((await read(`/tasks?projectId=${id}`)).status).toBe(404);
    }
  });
});
