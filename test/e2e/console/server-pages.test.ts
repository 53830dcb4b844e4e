// The pages that the server draws, in a real browser: the look of the console, and nothing that a strict policy forbids.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gate } from '../../../src/contract/gate.ts';
import type { Grant, Registered } from '../../../src/contract/runner.ts';
import { type Watched, watchPage } from '../world/console.ts';
import { type OwnedServer, serveOwned } from '../world/owned-server.ts';

const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

let owned: OwnedServer;
let owner: Watched;
let stranger: Watched;
let gateId = '';
let projectId = '';

beforeAll(async () => {
  owned = await serveOwned();
  // A page, or what it asks, that is refused answers with the status of the refusal: Chromium calls it an error.
  const forgive = /Failed to load resource.*40[014]/;
  owner = await watchPage(owned.owner, owned.url, { forgive });
  stranger = await watchPage(await owned.visitor(), owned.url, { forgive });
  gateId = await openGate();
  projectId = (await owned.ask<{ defaultProjectId: string }>('GET', '/v1/me')).body
    .defaultProjectId;
});
afterAll(() => owned?.stop());

/** A task, a runner that holds it, and a question of its agent. */
async function openGate(): Promise<string> {
  await owned.ask('POST', '/tasks', { description: 'Rotate the signing keys of staging' });
  const { body } = await owned.ask<Registered>('POST', '/runners', {
    name: 'by hand',
    instanceId: 'i_pages',
  });
  const asRunner = async <T>(path: string, sent: unknown): Promise<T> => {
    const answer = await fetch(owned.url + path, {
      method: 'POST',
      headers: { Authorization: `Bearer ${body.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(sent),
    });
    return (await answer.json()) as T;
  };
  const { grants } = await asRunner<{ readonly grants: readonly Grant[] }>(
    `/runners/${body.runner.id}/claim`,
    { requestId: 'clm_pages_0001', slots: 1, waitMs: 10_000 },
  );
  const [grant] = grants;
  if (grant === undefined) throw new Error('There was nothing to claim.');
  const { leaseId, epoch } = grant.lease;
  const gate = await asRunner<Gate>(`/tasks/${grant.task.id}/gates`, {
    ...{ leaseId, epoch, name: 'rotate-keys' },
    action: {
      type: 'custom',
      target: { name: 'rotate signing keys' },
      params: { data: { environment: 'staging', overlapHours: 24 } },
    },
    advisory: { summary: 'Both keys verify for a day.' },
  });
  return gate.id;
}

const look = async (watched: Watched, path: string, name: string): Promise<void> => {
  await watched.open(path);
  for (const colorScheme of ['light', 'dark'] as const) {
    await watched.page.emulateMedia({ colorScheme });
    for (const width of [1_280, 390]) {
      await watched.page.setViewportSize({ width, height: 800 });
      expect(await watched.axe()).toEqual([]);
      const isTooWide = await watched.page.evaluate(
        () => document.documentElement.scrollWidth > innerWidth,
      );
      expect(isTooWide).toBe(false);
      await watched.picture(`page-${name}-${colorScheme}-${width}`);
    }
  }
  expect(watched.faults).toEqual([]);
};

it('who opens the console without a sign-in is asked for one, and comes back', async () => {
  const { page } = stranger;
  await page.goto(`${owned.url}/console/usage?by=model`);
  await page.getByRole('button', { name: 'Use a passkey' }).waitFor();
  const { pathname, searchParams } = new URL(page.url());
  expect([pathname, searchParams.get('return')]).toEqual(['/signin', '/console/usage?by=model']);
  await owner.page.goto(page.url());
  await owner.page.waitForURL(`${owned.url}/console/usage?by=model`);
  await owner.page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
});

describe('a page that the server draws', () => {
  it.each([
    ['signin', '/signin'],
    ['recovery', '/signin/recovery'],
    ['invite', '/invite#slc_inv_000000000000000000000000000000000000'],
    ['bootstrap-closed', '/bootstrap'],
  ])('for a stranger: %s', (name, path) => look(stranger, path, name));

  it.each([
    ['account', '/signin/account'],
    ['projects', '/account/projects'],
    ['tokens', '/account/tokens'],
    ['apps', '/account/apps'],
    ['device', '/device'],
    ['inbox', '/inbox'],
    ['step-up', '/signin?stepUp=1&return=%2Finbox'],
  ])('for a person: %s', (name, path) => look(owner, path, name));

  it('of a project', () => look(owner, `/account/projects/${projectId}`, 'project'));

  it('of a gate', async () => {
    await look(owner, `/g/${gateId}?plain=1`, 'gate');
    expect(await owner.page.locator('#action').textContent()).toContain('overlapHours');
  });

  it('that asks to allow an app', async () => {
    const query = new URLSearchParams({
      ...{ client_id: 'cli_sluice', redirect_uri: 'http://127.0.0.1:4711/callback' },
      ...{ response_type: 'code', code_challenge: CHALLENGE, code_challenge_method: 'S256' },
      ...{ scope: 'tasks:read tasks:write', state: 'a' },
    });
    await look(owner, `/v1/auth/authorize?${query}`, 'consent');
    const weights = await owner.page.evaluate(() =>
      ['allow', 'deny'].map((value) => {
        const button = document.querySelector(`button[value=${value}]`);
        if (button === null) return null;
        const { backgroundColor, color, borderColor, fontWeight } = getComputedStyle(button);
        return [backgroundColor, color, borderColor, fontWeight];
      }),
    );
    expect(weights[0]).toEqual(weights[1]);
    expect(weights[0]).not.toBe(null);
  });
});
