// One secret of each kind is given out and used, and then everything that is kept and everything that is logged is read:
// none of them is in it.

import { createExecutionContext, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it, vi } from 'vitest';
import { app } from '../../src/app.ts';
import { hex } from '../../src/auth/id.ts';
import { newSecret } from '../../src/auth/secret.ts';
import { hashSecret } from '../../src/auth/secret-hash.ts';
import { askRequired, bearer, ORIGIN } from './ask.ts';
import {
  allow,
  authorizePath,
  CALLBACK,
  CHALLENGE,
  hiddenFields,
  newBrowser,
  newClient,
  whereTo,
} from './authorize-world.ts';
import { postForm } from './client-doors-world.ts';
import { newMember } from './people.ts';
import { newPasskeyHolder } from './signin-world.ts';
import { claimOne, newProject, newTask, newTestRunner, projectStub, taskStub } from './world.ts';

/** RFC 7636, appendix B: the verifier of the challenge that the tests send. */
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const NAMED = { client_id: 'cli_sluice', redirect_uri: CALLBACK };

type Answer = Readonly<Record<string, string>>;

/** Every word that the Worker says. */
function listen(): readonly string[] {
  const words: string[] = [];
  for (const level of ['debug', 'info', 'log', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((...said: unknown[]) => {
      words.push(said.map((one) => (one instanceof Error ? one.stack : String(one))).join(' '));
    });
  }
  return words;
}

const given = async (answer: Response, status: number): Promise<Answer> => {
  expect(answer.status).toBe(status);
  return answer.json<Answer>();
};

/** With a key, so that the answer is kept for its repetition, and repeated. */
async function made(token: string, path: string, json: unknown): Promise<Answer> {
  const init = { json, headers: { ...bearer(token), 'Idempotency-Key': crypto.randomUUID() } };
  const first = await given(await askRequired(path, init), 201);
  await given(await askRequired(path, init), 201);
  return first;
}

/** While there is nobody yet. */
async function bootstrapped(): Promise<Readonly<Record<string, string>>> {
  const bootstrap = newSecret('boot');
  const bytes = new Uint8Array(
    await crypto.subtle.digest('SHA-256', new TextEncoder().encode(bootstrap)),
  );
  const BOOTSTRAP = `${Math.floor(Date.now() / 1_000) + 900}.${hex(bytes)}`;
  const request = new Request(`${ORIGIN}/v1/auth/bootstrap`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Host: 'localhost:3000' },
    body: JSON.stringify({
      ...{ token: bootstrap, name: 'Ada', email: 'ada@example.com', credential: 'pat' },
    }),
  });
  const required = { ...env, AUTH_MODE: 'required', BOOTSTRAP } as const;
  const { token = '' } = await given(
    await app.fetch(request, required, createExecutionContext()),
    201,
  );
  return { bootstrap, bootstrapPat: token };
}

async function ofResources(projectId: string, taskId: string) {
  const { token: owner } = await newMember(projectId, 'owner');
  const pat = await made(owner, '/v1/tokens', { name: 'x', scopes: ['tasks:read'] });
  const wanted = { name: 'CI', kind: 'service', scopes: ['tasks:read'], projectId };
  const client = await made(owner, '/v1/clients', wanted);
  const second = await made(owner, `/v1/clients/${client['id']}/secrets`, {});
  const ticket = await made(owner, '/v1/stream-tickets', { taskId });
  const invited = { email: 'grace@example.com', role: 'viewer' };
  const link = await made(owner, `/v1/projects/${projectId}/invitations`, invited);
  const form = { grant_type: 'client_credentials', client_id: client['id'] ?? '' };
  const token = await postForm('/v1/auth/token', {
    ...form,
    client_secret: client['secret'] ?? '',
  });
  const invitation = link['url']?.split('#')[1] ?? '';
  await askRequired('/v1/invitations/accept', { json: { token: invitation, name: 'Grace' } });
  return {
    ...{ owner, pat: pat['token'], clientSecret: client['secret'], secondSecret: second['secret'] },
    ...{ ticket: ticket['ticket'], invitation },
    serviceToken: (await given(token, 200))['access_token'],
  };
}

async function ofApps() {
  const browser = await newBrowser();
  const clientId = await newClient();
  const asked = whereTo(await allow(browser, authorizePath(clientId)));
  const code = asked.searchParams.get('code') ?? '';
  const redeem = { ...NAMED, client_id: clientId, grant_type: 'authorization_code' };
  const proof = { code, code_verifier: VERIFIER };
  const first = await given(await postForm('/v1/auth/token', { ...redeem, ...proof }), 200);
  const { refresh_token = '' } = first;
  const again = { client_id: clientId, grant_type: 'refresh_token', refresh_token };
  const next = await given(await postForm('/v1/auth/token', again), 200);
  const pushed = { ...NAMED, client_id: clientId, response_type: 'code', scope: 'tasks:read' };
  const challenge = { code_challenge: CHALLENGE, code_challenge_method: 'S256' };
  const par = await given(await postForm('/v1/auth/par', { ...pushed, ...challenge }), 201);
  return {
    ...{
      code,
      verifier: VERIFIER,
      refreshToken: refresh_token,
      accessToken: first['access_token'],
    },
    ...{ nextRefreshToken: next['refresh_token'], nextAccessToken: next['access_token'] },
    ...{ pushedRequest: par['request_uri'], cookie: browser.cookie },
  };
}

async function ofDevices() {
  const asked = { client_id: 'cli_sluice', scope: 'tasks:read' };
  const device = await given(await postForm('/v1/auth/device_authorization', asked), 200);
  const { user_code = '', device_code = '' } = device;
  const browser = await newBrowser();
  const page = await browser.post('/device', { user_code });
  const fields = hiddenFields(await page.text());
  await browser.post('/device', { ...fields, projects: 'all', decision: 'allow' });
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const form = { grant_type, device_code, client_id: 'cli_sluice' };
  const tokens = await given(await postForm('/v1/auth/token', form), 200);
  return {
    ...{ deviceCode: device_code, deviceToken: tokens['access_token'] },
    deviceRefreshToken: tokens['refresh_token'],
  };
}

/** All rows of all tables. */
async function rowsOfD1(): Promise<string> {
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf*' AND name NOT GLOB 'sqlite*'`,
  ).all<{ name: string }>();
  expect(results.length).toBeGreaterThan(25);
  const tables = await env.DB.batch(
    results.map(({ name }) => env.DB.prepare(`SELECT * FROM "${name}"`)),
  );
  return JSON.stringify(tables.map((table) => table.results));
}

const rowsOf = (stub: DurableObjectStub): Promise<string> =>
  runInDurableObject(stub, (_, { storage }) => {
    const tables = storage.sql.exec(`SELECT name FROM sqlite_master WHERE type = 'table'
      AND name NOT GLOB '_cf*' AND name NOT GLOB 'sqlite*'`);
    const names = tables.toArray().map(({ name }) => String(name));
    return JSON.stringify(
      names.map((name) => storage.sql.exec(`SELECT * FROM "${name}"`).toArray()),
      // A BLOB as the text that it may hold.
      (_key, value: unknown) =>
        value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value,
    );
  });

it('no secret that was given out is kept or logged', async () => {
  const words = listen();
  const booted = await bootstrapped();
  const projectId = await newProject();
  const taskId = await newTask({ projectId });
  const runner = await newTestRunner(projectId);
  const holder = await claimOne(runner);
  await holder.beat();
  const { browser, recoveryCodes } = await newPasskeyHolder();
  const [recoveryCode] = recoveryCodes;
  const secrets: Readonly<Record<string, string | null | undefined>> = {
    ...booted,
    ...(await ofResources(projectId, taskId)),
    ...(await ofApps()),
    ...(await ofDevices()),
    ...{ runner: runner.token, agent: holder.grant.agentToken },
    ...{ passkeyCookie: browser.jar.cookie, recoveryCode },
  };
  // Each is shown at a door that has a fault, which is logged.
  await env.DB.prepare('ALTER TABLE projects RENAME TO away').run();
  for (const secret of Object.values(secrets)) {
    const answer = await askRequired(`/v1/projects?access_token=${secret}`, {
      headers: bearer(secret ?? ''),
    });
    expect([401, 403, 503]).toContain(answer.status);
  }
  expect(words.join('\n')).toContain('no such table');
  await env.DB.prepare('ALTER TABLE away RENAME TO projects').run();
  const kept = await Promise.all([
    rowsOfD1(),
    rowsOf(projectStub(projectId)),
    rowsOf(taskStub(taskId)),
  ]);
  const all = [...kept, ...words].join('\n');
  // What is looked through is what it should be: the hash stands in it.
  expect(all).toContain(await hashSecret(env, secrets['pat'] ?? ''));
  const found = Object.entries(secrets).filter(([, secret]) => all.includes(secret ?? ''));
  expect(found.map(([kind]) => kind)).toEqual([]);
  for (const secret of Object.values(secrets)) expect(secret?.length).toBeGreaterThan(20);
});
