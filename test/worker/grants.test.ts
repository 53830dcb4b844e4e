import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { Grant } from '../../src/contract/grant.ts';
import type { Listing } from '../../src/contract/listing.ts';
import { refusalOf } from './ask.ts';
import { allow, authorizePath, grantsOf, newBrowser, newClient } from './authorize-world.ts';
import { askAs } from './signin-world.ts';
import './world.ts';

const listOf = async (cookie: string, query = '') =>
  (await askAs(cookie, `/v1/grants${query}`)).json<Listing<Grant>>();

describe('what a person has allowed', () => {
  it('is listed to them, newest first, and to nobody else', async () => {
    const browser = await newBrowser();
    const clientId = await newClient({ name: 'Builder' });
    await allow(browser, authorizePath(clientId));
    await allow(browser, authorizePath(clientId, { scope: 'tasks:write' }));
    const list = await listOf(browser.cookie);
    expect(list.data.map(({ scopes }) => scopes)).toEqual([['tasks:write'], ['tasks:read']]);
    expect(list.data[0]).toEqual({
      id: expect.stringMatching(/^grt_/),
      clientId,
      clientName: 'Builder',
      scopes: ['tasks:write'],
      resources: ['http://localhost:3000'],
      projectIds: null,
      createdAt: expect.stringMatching(/Z$/),
      lastUsedAt: null,
    });
    expect(list.pagination).toMatchObject({ page: 1, total: 2, hasMore: false });
    expect((await listOf((await newBrowser()).cookie)).data).toEqual([]);
  });

  it('is paged', async () => {
    const browser = await newBrowser();
    for (const scope of ['tasks:read', 'tasks:write', 'projects:read']) {
      await allow(browser, authorizePath(await newClient(), { scope }));
    }
    const first = await listOf(browser.cookie, '?limit=2');
    expect(first.pagination).toMatchObject({ total: 3, hasMore: true });
    const cursor = encodeURIComponent(first.pagination.nextCursor ?? '');
    const rest = await listOf(browser.cookie, `?limit=2&cursor=${cursor}`);
    expect(rest.data.map(({ scopes }) => scopes)).toEqual([['tasks:read']]);
    expect(rest.pagination).toMatchObject({ total: null, page: null, hasMore: false });
  });

  it('ends when they say so, once, with a revocation and an audit row', async () => {
    const browser = await newBrowser();
    await allow(browser, authorizePath(await newClient()));
    const [grant] = await grantsOf(browser.person.id);
    const id = String(grant?.['id']);
    const remove = { method: 'DELETE' };
    const stranger = await newBrowser();
    const foreign = await askAs(stranger.cookie, `/v1/grants/${id}`, remove);
    expect(await refusalOf(foreign)).toEqual([404, 'not_found']);
    expect((await askAs(browser.cookie, `/v1/grants/${id}`, remove)).status).toBe(204);
    const again = await askAs(browser.cookie, `/v1/grants/${id}`, remove);
    expect(await refusalOf(again)).toEqual([404, 'not_found']);
    const count = async (sql: string) =>
      (await env.DB.prepare(sql).bind(id).first<{ n: number }>())?.n;
    expect(await count('SELECT count(*) AS n FROM revocations WHERE subject = ?')).toBe(1);
    const audit =
      "SELECT count(*) AS n FROM audit WHERE target_id = ? AND action = 'grant.revoked'";
    expect(await count(audit)).toBe(1);
    expect((await listOf(browser.cookie)).data).toEqual([]);
  });

  it('an id that never was and one that is none are answered alike', async () => {
    const { cookie } = await newBrowser();
    const ids = [newId('grt', Date.now()), 'x', 'usr_local', '%00', "' OR 1=1"];
    for (const id of ids) {
      const answer = await askAs(cookie, `/v1/grants/${encodeURIComponent(id)}`, {
        method: 'DELETE',
      });
      expect(await refusalOf(answer)).toEqual([404, 'not_found']);
    }
  });
});
