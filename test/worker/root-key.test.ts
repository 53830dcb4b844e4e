// A deployment whose ROOT_KEY is being turned: what was made under the key before still counts.

import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, it } from 'vitest';
import { app } from '../../src/app.ts';
import { authenticate } from '../../src/auth/authenticate.ts';
import { formTokenOf, isFormToken } from '../../src/auth/form-token.ts';
import { forgetPats } from '../../src/auth/pat-lookup.ts';
import { forgetRunner } from '../../src/auth/runner-lookup.ts';
import { hashSecret, secretHashes } from '../../src/auth/secret-hash.ts';
import { ORIGIN } from './ask.ts';
import { newRunner } from './credentials.ts';
import { basic, codeForm, newClient, newGrant, redeemed, refreshForm } from './oauth-world.ts';
import { newMember } from './people.ts';
import { newPasskeyHolder, newPerson, ownPage, signInAs } from './signin-world.ts';
import { newProject } from './world.ts';

const ROOT_KEY = btoa('n'.repeat(32));
const TURNING = { ...env, ROOT_KEY, ROOT_KEY_PREVIOUS: env.ROOT_KEY } as Env;
const TURNED = { ...env, ROOT_KEY, ROOT_KEY_PREVIOUS: '' } as Env;
const FORM = 'application/x-www-form-urlencoded';

type Init = RequestInit & { readonly json?: unknown };

function askUnder(under: object, path: string, { json, ...init }: Init = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('Host', 'localhost:3000');
  if (json !== undefined) headers.set('Content-Type', 'application/json');
  const body = json === undefined ? (init.body ?? null) : JSON.stringify(json);
  const method = init.method ?? (body === null ? 'GET' : 'POST');
  const request = new Request(ORIGIN + path, { ...init, method, headers, body });
  const required = { ...under, AUTH_MODE: 'required' } as const;
  return Promise.resolve(app.fetch(request, required, createExecutionContext()));
}

const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const post = (under: object, form: Readonly<Record<string, string>>, headers: HeadersInit) =>
  askUnder(under, '/v1/auth/token', {
    body: new URLSearchParams(form).toString(),
    headers: { 'Content-Type': FORM, ...headers },
  });

describe('while ROOT_KEY is turned', () => {
  const forget: (() => void)[] = [];
  afterEach(() => {
    for (const one of forget.splice(0)) one();
  });

  it('a personal access token and a sign-in are still known, and no longer afterwards', async () => {
    const pat = await newMember(await newProject(), 'viewer');
    const person = await newPerson();
    const { cookie } = await signInAs(person.id);
    forget.push(() => forgetPats([pat.id]));
    const asks = [bearer(pat.token), { headers: ownPage(cookie) }];
    for (const init of asks) {
      expect((await askUnder(TURNED, '/v1/me', init)).status).toBe(401);
    }
    // A bad one is remembered for 5 s, by the hash under the new key.
    const nowMs = Date.now() + 6_000;
    const facts = { authorization: `Bearer ${pat.token}`, host: 'localhost', nowMs };
    expect((await authenticate(TURNING, facts)).ok).toBe(true);
    expect((await askUnder(TURNING, '/v1/me', asks[1])).status).toBe(200);
  });

  it('a runner is still known', async () => {
    const { token, id } = await newRunner();
    forget.push(() => forgetRunner(id));
    expect((await askUnder(TURNED, '/v1/me', bearer(token))).status).toBe(401);
    expect((await askUnder(TURNING, '/v1/me', bearer(token))).status).toBe(200);
  });

  it('a client gets tokens by its secret, a code and a refresh token', async () => {
    const service = await newClient();
    const grant = { grant_type: 'client_credentials' };
    expect((await post(TURNED, grant, basic(service))).status).toBe(401);
    expect((await post(TURNING, grant, basic(service))).status).toBe(200);
    const web = await newClient({ kind: 'web' });
    const { code } = await newGrant(web);
    const { refresh_token: token } = await redeemed(web);
    expect((await post(TURNING, codeForm(code), basic(web))).status).toBe(200);
    const next = await post(TURNING, refreshForm(token), basic(web));
    expect(next.status).toBe(200);
    // What follows is under the new key.
    const { refresh_token: later } = await next.json<{ refresh_token: string }>();
    const find = env.DB.prepare('SELECT 1 AS n FROM refresh_tokens WHERE hash = ?');
    expect(await find.bind(await hashSecret(TURNED, later)).first('n')).toBe(1);
  });

  it('a recovery code and an invitation let in', async () => {
    const { person, recoveryCodes } = await newPasskeyHolder();
    const [code = ''] = recoveryCodes;
    const json = { email: person.email, code };
    const headers = { Origin: ORIGIN };
    const recover = (under: object) => askUnder(under, '/v1/auth/recovery', { json, headers });
    expect((await recover(TURNED)).status).toBe(401);
    expect((await recover(TURNING)).status).toBe(204);
    const { cookie } = await signInAs(person.id);
    const path = `/v1/projects/${person.projectId}/invitations`;
    const wish = { email: 'eve@example.com', role: 'viewer' };
    const made = await askUnder(env, path, { json: wish, headers: ownPage(cookie) });
    const { url } = await made.json<{ url: string }>();
    const accept = (under: object) =>
      askUnder(under, '/v1/invitations/accept', {
        json: { token: url.slice(url.indexOf('#') + 1), name: 'Eve' },
      });
    expect((await accept(TURNED)).status).toBe(404);
    expect((await accept(TURNING)).status).toBe(204);
  });

  it('a ticket opens its socket, and a list goes on from its cursor', async () => {
    const projectId = await newProject();
    const pat = await newMember(projectId, 'owner');
    await newMember(projectId, 'viewer');
    const made = await askUnder(env, '/v1/stream-tickets', {
      json: { projectId },
      ...bearer(pat.token),
    });
    const { ticket } = await made.json<{ ticket: string }>();
    const opened = await askUnder(TURNING, `/ws?projectId=${projectId}`, {
      headers: { Upgrade: 'websocket', 'Sec-WebSocket-Protocol': `sluice.v1, ticket.${ticket}` },
    });
    const closed = new Promise<number>((resolve) => {
      opened.webSocket?.addEventListener('message', () => resolve(0));
      opened.webSocket?.addEventListener('close', ({ code }) => resolve(code));
    });
    opened.webSocket?.accept();
    expect(await closed).toBe(0);
    opened.webSocket?.close();
    const path = `/v1/projects/${projectId}/members?limit=1`;
    const first = await askUnder(env, path, bearer(pat.token));
    const { pagination } = await first.json<{ pagination: { nextCursor: string } }>();
    const next = `${path}&cursor=${pagination.nextCursor}`;
    expect((await askUnder(TURNING, next, bearer(pat.token))).status).toBe(200);
  });

  it('a form that was drawn before can be sent', async () => {
    const question = { id: 'con_x', signinId: 'sgn_x' };
    const token = await formTokenOf(env, question);
    expect(await isFormToken(TURNING, question, token)).toBe(true);
    expect(await isFormToken(TURNED, question, token)).toBe(false);
  });

  it('nothing is looked up twice where it is not being turned', async () => {
    expect(await secretHashes(TURNED, 'x')).toHaveLength(1);
    expect(await secretHashes(TURNING, 'x')).toHaveLength(2);
  });
});
