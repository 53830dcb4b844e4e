// The list of projects: pages, cursors, filters, and what is wrong with them.

import { describe, expect, it } from 'vitest';
import { LOCAL_PROJECT_ID } from '../../src/contract/id.ts';
import type { Listing } from '../../src/contract/listing.ts';
import type { Project } from '../../src/contract/project.ts';
import { ask, ORIGIN, refusalOf } from './ask.ts';
import { newPerson } from './signin-world.ts';
import { read, send } from './world.ts';

const list = async (query = '', headers = {}) => {
  const answer = await ask(`/v1/projects${query}`, { headers });
  expect(answer.status).toBe(200);
  const body = await answer.json<Listing<Project>>();
  return { headers: answer.headers, ...body, names: body.data.map(({ name }) => name) };
};

async function newProjects(mark: string, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const { status } = await send('/v1/projects', { name: `${mark} ${index}` });
    expect(status).toBe(201);
  }
}

describe('the list of projects', () => {
  it('the local owner sees the local project and everybody else’s', async () => {
    const { projectId } = await newPerson();
    const { data } = await list('?limit=100');
    expect(data.map(({ id }) => id)).toContain(projectId);
    const local = data.find(({ id }) => id === LOCAL_PROJECT_ID);
    expect(local).toMatchObject({ name: 'my-project', role: 'owner', createdBy: 'usr_local' });
    expect(local?.environments).toHaveLength(3);
    expect((await read<Project>(`/v1/projects/${LOCAL_PROJECT_ID}`)).body).toEqual(local);
    expect((await list('?q=my-project')).data.map(({ id }) => id)).toEqual([LOCAL_PROJECT_ID]);
  });

  it('turns pages as the reference prints, newest first', async () => {
    await newProjects('pager', 5);
    const first = await list('?page=1&limit=2&q=pager');
    expect(first.pagination).toMatchObject({ page: 1, limit: 2, total: 5, hasMore: true });
    expect(first.headers.get('X-Total-Count')).toBe('5');
    expect(first.headers.get('X-Per-Page')).toBe('2');
    expect(first.headers.get('Link')).toContain(
      `<${ORIGIN}/v1/projects?limit=2&q=pager&page=2>; rel="next"`,
    );
    const rest = [await list('?page=2&limit=2&q=pager'), await list('?page=3&limit=2&q=pager')];
    const all = [first, ...rest].flatMap(({ names }) => names);
    expect(all).toHaveLength(5);
    const byCursor = await list(`?limit=2&q=pager&cursor=${first.pagination.nextCursor}`);
    expect(byCursor.names).toEqual(rest[0]?.names);
    expect(byCursor.pagination).toMatchObject({ page: null, total: null });
    expect(byCursor.headers.get('X-Total-Count')).toBeNull();
    const ids = [first, ...rest].flatMap(({ data }) => data.map(({ id }) => id));
    expect(ids).toEqual(ids.toSorted().reverse());
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=abc',
    'page=-1',
    'page=0',
    'page=1&cursor=x',
    'page=401&limit=25',
    'limit=1&limit=2',
    `q=${'x'.repeat(201)}`,
  ])('%s is 400', async (query) => {
    expect((await ask(`/v1/projects?${query}`)).status).toBe(400);
  });

  it('a cursor of another list, or a changed one, is refused', async () => {
    await newProjects('cursor', 2);
    const { pagination } = await list('?q=cursor&limit=1');
    const { nextCursor } = pagination;
    for (const cursor of ['x', '%00', '', `${nextCursor}A`, `${nextCursor?.slice(0, -2)}AA`]) {
      const answer = await ask(`/v1/projects?q=cursor&cursor=${cursor}`);
      expect(await refusalOf(answer)).toEqual([400, 'invalid_cursor']);
    }
    const other = await ask(`/v1/projects?q=other&cursor=${nextCursor}`);
    expect(await refusalOf(other)).toEqual([400, 'invalid_cursor']);
  });

  it('a part of the name is found in any case, whatever letters it has, and nothing else is', async () => {
    await send('/v1/projects', { name: '100%_ÄPFEL', description: 'it\'s \\ a "test"' });
    expect((await list(`?q=${encodeURIComponent('%_äpfel')}`)).names).toEqual(['100%_ÄPFEL']);
    expect((await list(`?q=${encodeURIComponent("IT'S \\ A")}`)).names).toEqual(['100%_ÄPFEL']);
    for (const q of ['____', "' OR 1=1 --", '%%%', '\\', "'; DROP TABLE projects; --", '\u0000']) {
      const { data } = await list(`?q=${encodeURIComponent(q)}`);
      expect([q, data.length <= 1]).toEqual([q, true]);
    }
    expect((await list(`?q=${'q'.repeat(60)}`)).data).toEqual([]);
    expect((await list(`?q=${encodeURIComponent('é'.repeat(60))}`)).data).toEqual([]);
  });

  it('the header shows those that have the environment, and the answer repeats it', async () => {
    await send('/v1/projects', { name: 'filtered yes', environments: [{ name: 'preview' }] });
    await send('/v1/projects', { name: 'filtered no' });
    const found = await list('?q=filtered', { 'AeThex-Environment': 'preview' });
    expect(found.names).toEqual(['filtered yes']);
    expect(found.headers.get('AeThex-Environment')).toBe('preview');
    const all = await list('?q=filtered', { 'AeThex-Environment': 'production' });
    expect(all.names).toHaveLength(2);
    const wrong = await ask('/v1/projects', { headers: { 'AeThex-Environment': 'No Such' } });
    expect(await refusalOf(wrong)).toEqual([400, 'unknown_environment']);
  });
});
