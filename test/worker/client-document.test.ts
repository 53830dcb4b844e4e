import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { findDocumentClient } from '../../src/auth/client-document.ts';
import {
  allow,
  authorizePath,
  CALLBACK,
  describeClient,
  newBrowser,
  newDocument,
  openAnonymously,
  openConsent,
  whereTo,
} from './authorize-world.ts';
import { publish, visitsTo } from './internet.ts';
import './world.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const DAY_MS = 86_400_000;
const find = (url: string, now = Date.now()) => findDocumentClient(env, url, now);
const visitCount = async (url: string) => (await visitsTo(url)).length;

describe('a client that describes itself', () => {
  it('is one, with what its document says', async () => {
    const url = await newDocument({ scope: 'tasks:read unknown:scope', logo_uri: 'https://x.y/z' });
    expect(await find(url)).toMatchObject({
      id: url,
      kind: 'metadata',
      name: 'Meta App',
      authMethod: 'none',
      redirectUris: [CALLBACK],
      scopes: ['tasks:read'],
      projectId: '',
    });
  });

  it('may prove itself by a key, and by nothing that is shared', async () => {
    const keyed = { token_endpoint_auth_method: 'private_key_jwt' };
    const key = { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' };
    expect(await find(await newDocument({ ...keyed, jwks: { keys: [key] } }))).not.toBeNull();
    const uri = await newDocument({ ...keyed, jwks_uri: 'https://meta.example.com/jwks' });
    expect(await find(uri)).toMatchObject({ jwksUri: 'https://meta.example.com/jwks' });
    for (const wrong of [
      keyed,
      { ...keyed, jwks: { keys: [] } },
      { ...keyed, jwks: { keys: [{ ...key, d: 'secret' }] } },
      { ...keyed, jwks: { keys: [{ kty: 'oct', k: 'secret' }] } },
      { ...keyed, jwks: { keys: [key] }, jwks_uri: 'https://meta.example.com/jwks' },
      { ...keyed, jwks_uri: 'http://169.254.169.254/jwks' },
      { ...keyed, jwks_uri: 'https://localhost/jwks' },
      { token_endpoint_auth_method: 'client_secret_basic' },
      { token_endpoint_auth_method: 'client_secret_post' },
      { client_secret: 'slc_cs_x' },
      { client_secret_expires_at: 0 },
    ]) {
      expect(await find(await newDocument(wrong))).toBeNull();
    }
  });

  it.each<[string, Record<string, unknown>]>([
    ['another client', { client_id: 'https://meta.example.com/other.json' }],
    ['a stored client', { client_id: 'cli_sluice' }],
    ['nobody', { client_id: undefined }],
    ['no redirect URI', { redirect_uris: [] }],
    ['a redirect URI by http', { redirect_uris: [CALLBACK, 'http://app.example.com/callback'] }],
    ['a redirect URI with a fragment', { redirect_uris: [`${CALLBACK}#x`] }],
    ['a scheme of its own without being native', { redirect_uris: ['com.example.app:/cb'] }],
    ['a script as redirect URI', { redirect_uris: ['javascript:alert(1)'] }],
    ['other grants', { grant_types: ['client_credentials'] }],
    ['other response types', { response_types: ['token'] }],
    ['a number as name', { client_name: 5 }],
  ])('a document that describes %s is none', async (_name, fields) => {
    expect(await find(await newDocument(fields))).toBeNull();
  });

  it('a native one may return to a scheme of its own', async () => {
    const fields = { application_type: 'native', redirect_uris: ['com.example.app:/cb'] };
    expect(await find(await newDocument(fields))).not.toBeNull();
  });

  it.each<[string, object]>([
    ['a redirect', { status: 302, headers: { Location: 'https://meta.example.com/real.json' } }],
    ['201', { status: 201, headers: JSON_TYPE }],
    ['404', { status: 404, headers: JSON_TYPE }],
    ['500', { status: 500, headers: JSON_TYPE }],
    ['a page', { headers: { 'Content-Type': 'text/html' } }],
    ['no JSON', { headers: JSON_TYPE, body: '{' }],
    ['a list', { headers: JSON_TYPE, body: '[]' }],
    ['null', { headers: JSON_TYPE, body: 'null' }],
  ])(
    'what is answered by %s is no client, and is asked for again next time',
    async (_name, how) => {
      const url = await newDocument();
      const body = JSON.stringify({ client_id: url, redirect_uris: [CALLBACK] });
      await publish(url, { body, ...how });
      expect(await find(url)).toBeNull();
      await describeClient(url);
      expect(await find(url)).not.toBeNull();
      expect(await visitCount(url)).toBe(2);
    },
  );

  it('a document of 5 KB is read, one of 6 KB is not', async () => {
    const padded = (length: number) => ({ padding: 'x'.repeat(length) });
    expect(await find(await newDocument(padded(4_800)))).not.toBeNull();
    expect(await find(await newDocument(padded(6_000)))).toBeNull();
  });

  it.each([
    'https://meta.example.com',
    'https://meta.example.com/',
    'https://meta.example.com/a/../client.json',
    'https://meta.example.com/./client.json',
    'https://meta.example.com/%2e%2e/client.json',
    'https://meta.example.com/client.json#part',
    'https://meta.example.com/client.json#',
    'https://user@meta.example.com/client.json',
    'https://META.example.com/client.json',
    'https://meta.example.com:443/client.json',
    'https://meta.example.com:444/client.json',
    'https://127.0.0.1/client.json',
    'https://localhost/client.json',
    'https://10.0.0.1/client.json',
    'https://metadata.google.internal/client.json',
    'http://meta.example.com/client.json',
    'http://localhost:4000/client.json',
  ])('%s names no client, and nobody goes there', async (url) => {
    await publish(url, {
      headers: JSON_TYPE,
      body: JSON.stringify({ client_id: url, redirect_uris: [CALLBACK] }),
    });
    const before = await visitCount('');
    expect(await find(url)).toBeNull();
    const answer = await openAnonymously(authorizePath(url));
    expect([answer.status, answer.headers.get('Location')]).toEqual([400, null]);
    expect(await visitCount('')).toBe(before);
  });
});

describe('what was read of a document', () => {
  it.each<[string, string, number]>([
    ['', 'an hour', 3_600],
    ['public, max-age=600', 'as long as its host says', 600],
    ['max-age=0', 'a minute at least', 60],
    ['no-store', 'a minute at least', 60],
    ['max-age=999999999', 'a day at most', 86_400],
  ])('by %j is believed %s', async (header, _name, seconds) => {
    const url = await newDocument({}, header === '' ? {} : { 'Cache-Control': header });
    const now = Date.now();
    await find(url, now);
    await find(url, now + seconds * 1_000 - 1);
    expect(await visitCount(url)).toBe(1);
    await find(url, now + seconds * 1_000);
    expect(await visitCount(url)).toBe(2);
  });

  it('is kept where its host says that it has not changed', async () => {
    const url = await newDocument({}, { ETag: 'made-by-the-host' });
    const now = Date.now();
    const first = await find(url, now);
    expect(await find(url, now + 2 * DAY_MS)).toEqual(first);
    const [, second] = await visitsTo(url);
    expect(second?.headers['if-none-match']).toMatch(/^"[0-9a-f]{64}"$/);
  });

  it('is not believed any longer where its host is silent', async () => {
    const url = await newDocument();
    await find(url);
    await publish(url, { status: 503 });
    expect(await find(url, Date.now() + 2 * DAY_MS)).toBeNull();
  });

  it('is asked about again once it has changed, and a question about the old one is void', async () => {
    const clientId = await newDocument();
    const browser = await newBrowser();
    const path = authorizePath(clientId);
    await allow(browser, path);
    expect(whereTo(await browser.open(path)).searchParams.has('code')).toBe(true);
    const open = await openConsent(browser, authorizePath(clientId, { prompt: 'consent' }));
    const evil = 'https://evil.example.com/callback';
    await describeClient(clientId, { redirect_uris: [CALLBACK, evil] });
    const expire = 'UPDATE client_documents SET expires_at = 0 WHERE url = ?';
    await env.DB.prepare(expire).bind(clientId).run();
    const form = { ...open.fields, projects: 'all', decision: 'allow' };
    expect((await browser.post('/v1/auth/consent', form)).status).toBe(400);
    for (const uri of [CALLBACK, evil]) {
      const again = whereTo(await browser.open(authorizePath(clientId, { redirect_uri: uri })));
      expect(again.pathname).toBe('/v1/auth/consent');
    }
  });

  it('gets no scope that its author does not ask for, and none that nobody knows', async () => {
    const clientId = await newDocument({ scope: 'tasks:read' });
    const path = authorizePath(clientId, { scope: 'tasks:write' });
    const back = whereTo(await openAnonymously(path));
    expect(back.searchParams.get('error')).toBe('invalid_scope');
  });
});

describe('documents without end', () => {
  it('are still clients, but are kept no more than five thousand at a time', async () => {
    await env.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
       INSERT INTO client_documents (url, document, digest, fetched_at, expires_at)
       SELECT 'https://many.example.com/' || i, '', '', 0, 0 FROM n`,
    ).run();
    const url = await newDocument();
    for (const times of [1, 2]) {
      expect(await find(url)).not.toBeNull();
      expect(await visitCount(url)).toBe(times);
    }
    await env.DB.prepare(
      "DELETE FROM client_documents WHERE url LIKE 'https://many.example.com/%'",
    ).run();
    for (const _ of [1, 2]) expect(await find(url)).not.toBeNull();
    expect(await visitCount(url)).toBe(3);
  });
});
