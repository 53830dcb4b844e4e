import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import { newSecret } from '../../src/auth/secret.ts';
import { hashSecret } from '../../src/auth/secret-hash.ts';
import { askRequired } from './ask.ts';
import {
  allow,
  authorizePath,
  CALLBACK,
  CHALLENGE,
  type Fields,
  grantsOf,
  newBrowser,
  newClient,
  newDocument,
  openAnonymously,
  whereTo,
} from './authorize-world.ts';
import { oauthRefusalOf, postForm } from './client-doors-world.ts';
import './world.ts';

const PAR = '/v1/auth/par';
const request = (clientId: string, changes: Fields = {}): Fields => ({
  client_id: clientId,
  redirect_uri: CALLBACK,
  response_type: 'code',
  code_challenge: CHALLENGE,
  code_challenge_method: 'S256',
  scope: 'tasks:read',
  state: 'pushed state',
  ...changes,
});

async function push(clientId: string, changes: Fields = {}): Promise<string> {
  const answer = await postForm(PAR, request(clientId, changes));
  expect(answer.status).toBe(201);
  return (await answer.json<{ request_uri: string }>()).request_uri;
}

const pushedPath = (clientId: string, uri: string, more: Record<string, string> = {}) =>
  `/v1/auth/authorize?${new URLSearchParams({ client_id: clientId, request_uri: uri, ...more })}`;

describe('a pushed request', () => {
  it('is named, for a minute', async () => {
    const answer = await postForm(PAR, request(await newClient()));
    expect(answer.status).toBe(201);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[0-9a-f]{40}$/),
      expires_in: 60,
    });
  });

  it('is what counts, whatever the browser brings', async () => {
    const clientId = await newClient();
    const uri = await push(clientId);
    const forged = { scope: 'tasks:write', state: 'forged', redirect_uri: 'https://evil.test/' };
    const browser = await newBrowser();
    const back = whereTo(await allow(browser, pushedPath(clientId, uri, forged)));
    expect(back.origin + back.pathname).toBe(CALLBACK);
    expect(back.searchParams.get('state')).toBe('pushed state');
    expect((await grantsOf(browser.person.id))[0]?.['scopes']).toBe('["tasks:read"]');
  });

  it('is used once, by the client that has pushed it, while it lives', async () => {
    const clientId = await newClient();
    const browser = await newBrowser();
    const uri = await push(clientId);
    const other = await newClient();
    expect((await browser.open(pushedPath(other, uri))).status).toBe(400);
    expect((await browser.open(pushedPath(clientId, uri))).status).toBe(303);
    expect((await browser.open(pushedPath(clientId, uri))).status).toBe(400);
    const old = await push(clientId);
    await env.DB.prepare('UPDATE pushed_requests SET expires_at = ? WHERE client_id = ?')
      .bind(Date.now() - 1, clientId)
      .run();
    expect((await browser.open(pushedPath(clientId, old))).status).toBe(400);
  });

  it('outlives the sign-in of the person, who then answers it', async () => {
    const clientId = await newClient();
    const signin = whereTo(await openAnonymously(pushedPath(clientId, await push(clientId))));
    const consent = signin.searchParams.get('return') ?? '';
    expect(consent).toMatch(/^\/v1\/auth\/consent\?transaction=con_/);
    const browser = await newBrowser();
    expect((await browser.open(consent)).status).toBe(200);
    expect((await (await newBrowser()).open(consent)).status).toBe(400);
  });

  it('is the way of a client that has to push', async () => {
    const clientId = await newClient({ requirePar: true });
    const browser = await newBrowser();
    expect(whereTo(await browser.open(pushedPath(clientId, await push(clientId)))).pathname).toBe(
      '/v1/auth/consent',
    );
  });

  it('can be pushed by a client that describes itself', async () => {
    const clientId = await newDocument();
    const path = pushedPath(clientId, await push(clientId));
    expect(whereTo(await (await newBrowser()).open(path)).pathname).toBe('/v1/auth/consent');
  });

  it('keeps no secret of the client', async () => {
    const clientId = await newClient({ kind: 'web', authMethod: 'client_secret' });
    const secret = newSecret('cs');
    const sql =
      'INSERT INTO client_secrets (hash, id, client_id, hint, created_at) VALUES (?, ?, ?, ?, 0)';
    await env.DB.prepare(sql)
      .bind(await hashSecret(env, secret), newId('sec', Date.now()), clientId, 'hint')
      .run();
    await push(clientId, { client_secret: secret });
    const row = await env.DB.prepare('SELECT * FROM pushed_requests WHERE client_id = ?')
      .bind(clientId)
      .first();
    expect(JSON.stringify(row)).not.toContain(secret);
    const refused = await postForm(PAR, request(clientId, { client_secret: newSecret('cs') }));
    expect(await oauthRefusalOf(refused)).toEqual([401, 'invalid_client']);
    expect(await oauthRefusalOf(await postForm(PAR, request(clientId)))).toEqual([
      401,
      'invalid_client',
    ]);
  });

  it.each<[string, Fields, number, string]>([
    ['another redirect URI', { redirect_uri: 'https://evil.test/' }, 400, 'invalid_request'],
    ['plain', { code_challenge_method: 'plain' }, 400, 'invalid_request'],
    ['no challenge', { code_challenge: '' }, 400, 'invalid_request'],
    ['an unknown scope', { scope: 'root' }, 400, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://other.test' }, 400, 'invalid_target'],
    ['another response type', { response_type: 'token' }, 400, 'unsupported_response_type'],
    ['a name of another request', { request_uri: 'urn:x' }, 400, 'invalid_request'],
    ['a request object', { request: 'e30.e30.' }, 400, 'invalid_request'],
    ['a repeated parameter', { scope: ['tasks:read', 'tasks:read'] }, 400, 'invalid_request'],
    ['an unknown client', { client_id: 'cli_00000000000000000000000000' }, 401, 'invalid_client'],
  ])('%s is refused at once', async (_name, changes, status, error) => {
    const answer = await postForm(PAR, request(await newClient(), changes));
    expect(await oauthRefusalOf(answer)).toEqual([status, error]);
  });

  it('a service has nobody to ask', async () => {
    const answer = await postForm(PAR, request(await newClient({ kind: 'service' })));
    expect(await oauthRefusalOf(answer)).toEqual([400, 'unauthorized_client']);
  });

  it('is a form by POST and nothing else', async () => {
    expect((await askRequired(PAR)).status).toBe(405);
    expect(await oauthRefusalOf(await askRequired(PAR, { json: {} }))).toEqual([
      400,
      'invalid_request',
    ]);
    const huge = await postForm(PAR, { client_id: 'x'.repeat(70_000) });
    expect(huge.status).toBe(413);
  });

  it('what only stands in the query is not read', async () => {
    const clientId = await newClient();
    const path = authorizePath(clientId).replace('/v1/auth/authorize', PAR);
    expect(await oauthRefusalOf(await postForm(path, {}))).toEqual([401, 'invalid_client']);
  });
});
