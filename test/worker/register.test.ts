import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { app } from '../../src/app.ts';
import { askRequired, ORIGIN, refusalOf } from './ask.ts';
import {
  authorizePath,
  CALLBACK,
  newBrowser,
  openAnonymously,
  openConsent,
} from './authorize-world.ts';
import { oauthRefusalOf } from './client-doors-world.ts';
import './world.ts';

const PATH = '/v1/auth/register';
const on = { ...env, AUTH_MODE: 'required', CLIENT_REGISTRATION: '1' } as const;
let networks = 0;

/** From a network of its own, unless one is named. */
async function register(metadata: unknown, network = `198.18.${++networks}.1`): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', 'CF-Connecting-IP': network };
  const body = JSON.stringify(metadata);
  const request = new Request(ORIGIN + PATH, { method: 'POST', headers, body });
  return app.fetch(request, on, createExecutionContext());
}

interface Registered {
  readonly client_id: string;
}
const good = { client_name: 'Self-made', redirect_uris: [CALLBACK] };

describe('a client that registers itself', () => {
  it('may not, unless the deployment says so', async () => {
    const answer = await askRequired(PATH, { json: good });
    expect(await refusalOf(answer)).toEqual([404, 'not_found']);
  });

  it('is public, asks a person as any other, and is warned of', async () => {
    const answer = await register({ ...good, scope: 'tasks:read', software_id: 'x' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    const body = await answer.json<Registered>();
    expect(body).toEqual({
      client_id: expect.stringMatching(/^cli_[0-9a-z]{26}$/),
      client_id_issued_at: expect.any(Number),
      client_name: 'Self-made',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'tasks:read',
    });
    const { text } = await openConsent(await newBrowser(), authorizePath(body.client_id));
    expect(text).toContain('Self-made');
    expect(text).toContain('never allowed this app');
  });

  it('is forgotten after 90 days', async () => {
    const { client_id: id } = await (await register(good)).json<Registered>();
    const set = 'UPDATE clients SET created_at = ? WHERE id = ?';
    await env.DB.prepare(set)
      .bind(Date.now() - 90 * 86_400_000, id)
      .run();
    expect((await openAnonymously(authorizePath(id))).status).toBe(400);
    await register(good);
    const left = env.DB.prepare('SELECT count(*) AS n FROM clients WHERE id = ?').bind(id);
    expect(await left.first()).toEqual({ n: 0 });
  });

  it.each<[string, object, string]>([
    ['no redirect URI', { client_name: 'x' }, 'invalid_client_metadata'],
    [
      'a redirect URI that is not allowed',
      { redirect_uris: ['http://evil.test/'] },
      'invalid_redirect_uri',
    ],
    ['a secret', { ...good, client_secret: 'x' }, 'invalid_client_metadata'],
    [
      'a shared secret',
      { ...good, token_endpoint_auth_method: 'client_secret_basic' },
      'invalid_client_metadata',
    ],
    [
      'a key',
      {
        ...good,
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: 'https://a.example.com/',
      },
      'invalid_client_metadata',
    ],
    [
      'the grant of services',
      { ...good, grant_types: ['client_credentials'] },
      'invalid_client_metadata',
    ],
    ['wrong types', { ...good, scope: 5 }, 'invalid_client_metadata'],
  ])('with %s is refused', async (_name, metadata, error) => {
    expect(await oauthRefusalOf(await register(metadata))).toEqual([400, error]);
  });

  it('comes ten times an hour from one network', async () => {
    for (let n = 0; n < 10; n += 1) expect((await register(good, '203.0.113.9')).status).toBe(201);
    const answer = await register(good, '203.0.113.200');
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(3_500);
  });
});
