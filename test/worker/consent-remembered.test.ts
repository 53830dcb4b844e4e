// What a person has allowed before is not asked again, as long as it is the same.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import {
  allow,
  authorizePath,
  CALLBACK,
  grantsOf,
  newBrowser,
  newClient,
  openConsent,
  whereTo,
} from './authorize-world.ts';
import { newPerson } from './signin-world.ts';

const CONSENT = '/v1/auth/consent';

describe('what was allowed before', () => {
  const again = async (browser: Awaited<ReturnType<typeof newBrowser>>, path: string) =>
    whereTo(await browser.open(path));

  it('is not asked again for as much or less', async () => {
    const browser = await newBrowser();
    const clientId = await newClient();
    await allow(browser, authorizePath(clientId, { scope: 'tasks:read tasks:write' }));
    for (const changes of [{ scope: 'tasks:read' }, { scope: 'tasks:write', prompt: 'none' }]) {
      const back = await again(browser, authorizePath(clientId, changes));
      expect(back.href.startsWith(CALLBACK)).toBe(true);
      expect(back.searchParams.get('code')).toMatch(/^slc_ac_/);
    }
    expect(await grantsOf(browser.person.id)).toHaveLength(3);
  });

  it('keeps the projects that were chosen', async () => {
    const browser = await newBrowser();
    const path = authorizePath(await newClient());
    await allow(browser, path, { projects: 'chosen', project: browser.person.projectId });
    await again(browser, path);
    const chosen = (await grantsOf(browser.person.id)).map((grant) => grant['project_ids']);
    expect(chosen).toEqual(Array(2).fill(JSON.stringify([browser.person.projectId])));
  });

  it.each([
    ['more', { scope: 'tasks:read projects:read' }],
    ['something else', { resource: 'http://localhost:3000/mcp' }],
    ['to be asked', { prompt: 'consent' }],
  ])('is asked again by who wants %s', async (_name, changes) => {
    const browser = await newBrowser();
    const clientId = await newClient();
    await allow(browser, authorizePath(clientId));
    expect((await again(browser, authorizePath(clientId, changes))).pathname).toBe(CONSENT);
  });

  it('is forgotten once it was revoked, and after half a year', async () => {
    const browser = await newBrowser();
    const path = authorizePath(await newClient());
    for (const forget of [
      'UPDATE grants SET revoked_at = 1 WHERE user_id = ?',
      'UPDATE grants SET revoked_at = NULL, created_at = 1 WHERE user_id = ?',
    ]) {
      await allow(browser, path);
      await env.DB.prepare(forget).bind(browser.person.id).run();
      expect((await again(browser, path)).pathname).toBe(CONSENT);
    }
  });

  it('counts no more where a part of it was revoked since', async () => {
    const browser = await newBrowser();
    const path = authorizePath(await newClient());
    await allow(browser, path);
    await again(browser, path);
    const newest =
      'UPDATE grants SET revoked_at = 1 WHERE id = (SELECT max(id) FROM grants WHERE user_id = ?)';
    await env.DB.prepare(newest).bind(browser.person.id).run();
    expect((await again(browser, path)).pathname).toBe(CONSENT);
  });

  it('says nothing of a registered app that returns elsewhere by now', async () => {
    const browser = await newBrowser();
    const clientId = await newClient();
    await allow(browser, authorizePath(clientId));
    const elsewhere = 'https://taken.example.com/callback';
    await env.DB.prepare('UPDATE clients SET redirect_uris = ? WHERE id = ?')
      .bind(JSON.stringify([elsewhere]), clientId)
      .run();
    const path = authorizePath(clientId, { redirect_uri: elsewhere });
    expect((await again(browser, path)).pathname).toBe(CONSENT);
    const silent = authorizePath(clientId, { redirect_uri: elsewhere, prompt: 'none' });
    expect((await again(browser, silent)).searchParams.get('error')).toBe('consent_required');
  });

  it('says nothing of another person or another app', async () => {
    const browser = await newBrowser();
    const path = authorizePath(await newClient());
    await allow(browser, path);
    expect((await again(browser, authorizePath(await newClient()))).pathname).toBe(CONSENT);
    const other = await newBrowser({ person: await newPerson() });
    expect((await again(other, path)).pathname).toBe(CONSENT);
  });

  it('is always asked by what returns to this machine', async () => {
    const browser = await newBrowser();
    const path = authorizePath('cli_sluice', { redirect_uri: 'http://127.0.0.1:4711/callback' });
    await allow(browser, path);
    expect((await again(browser, path)).pathname).toBe(CONSENT);
    expect((await openConsent(browser, path)).text).not.toContain('never allowed this app');
  });
});
