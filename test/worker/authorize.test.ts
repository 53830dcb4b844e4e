import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { hashSecret } from '../../src/auth/secret-hash.ts';
import { askRequired } from './ask.ts';
import {
  allow,
  authorizePath,
  CALLBACK,
  CHALLENGE,
  grantsOf,
  newBrowser,
  newClient,
  ORIGIN,
  openAnonymously,
  openConsent,
  type Parameters,
  SCOPES,
  whereTo,
} from './authorize-world.ts';
import './world.ts';

const FIND_CODE = 'SELECT * FROM auth_codes WHERE hash = ?';

describe('an authorization', () => {
  it('ends in a code that is kept as a hash, beside its grant and an audit row', async () => {
    const clientId = await newClient();
    const browser = await newBrowser();
    const before = Date.now();
    const back = whereTo(
      await allow(browser, authorizePath(clientId, { scope: 'tasks:read tasks:write' })),
    );
    expect(back.origin + back.pathname).toBe(CALLBACK);
    const { code = '', ...rest } = Object.fromEntries(back.searchParams);
    expect(rest).toEqual({ state: 'a state', iss: ORIGIN });
    expect(code).toMatch(/^slc_ac_[0-9A-Za-z]{36}$/);
    const row = await env.DB.prepare(FIND_CODE)
      .bind(await hashSecret(env, code))
      .first();
    const [grant] = await grantsOf(browser.person.id);
    expect(row).toMatchObject({
      grant_id: grant?.['id'],
      client_id: clientId,
      redirect_uri: CALLBACK,
      redirect_uri_sent: 1,
      challenge: CHALLENGE,
      scopes: '["tasks:read","tasks:write"]',
      resources: `["${ORIGIN}"]`,
      used_at: null,
    });
    expect(Number(row?.['expires_at']) - before).toBeLessThanOrEqual(62_000);
    expect(grant).toMatchObject({ client_id: clientId, project_ids: null, revoked_at: null });
    const audit = await env.DB.prepare('SELECT * FROM audit WHERE target_id = ?')
      .bind(grant?.['id'])
      .first();
    expect(audit).toMatchObject({
      action: 'grant.created',
      actor: browser.person.id,
      outcome: 'ok',
    });
    expect(JSON.stringify([row, grant, audit])).not.toContain(code);
  });

  it('keeps the query of a redirect URI that has one', async () => {
    const uri = 'https://app.example.com/callback?tenant=7';
    const clientId = await newClient({ redirectUris: [uri] });
    const answer = await allow(await newBrowser(), authorizePath(clientId, { redirect_uri: uri }));
    expect(answer.headers.get('Location')).toMatch(
      /^https:\/\/app\.example\.com\/callback\?tenant=7&code=/,
    );
  });

  it('leads whoever is not signed in to the sign-in and back, with all that was asked', async () => {
    const path = authorizePath(await newClient(), { prompt: 'login' });
    const signin = whereTo(await openAnonymously(path));
    expect(signin.pathname).toBe('/signin');
    const back = new URL(signin.searchParams.get('return') ?? '', ORIGIN);
    expect(back.origin + back.pathname).toBe(`${ORIGIN}/v1/auth/authorize`);
    const asked = new URL(path, ORIGIN);
    asked.searchParams.delete('prompt');
    expect(Object.fromEntries(back.searchParams)).toEqual(Object.fromEntries(asked.searchParams));
  });

  it('may not be read by other pages', async () => {
    const path = authorizePath(await newClient());
    const answer = await askRequired(path, {
      redirect: 'manual',
      headers: { Origin: 'https://evil.example.com', 'Sec-Fetch-Mode': 'navigate' },
    });
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBeNull();
    const { page } = await openConsent(await newBrowser(), path);
    expect(page.headers.get('Access-Control-Allow-Origin')).toBeNull();
  });
});

describe('a client or a redirect URI that is wrong', () => {
  const local = async (path: string) => {
    const browser = await newBrowser();
    for (const answer of [await browser.open(path), await openAnonymously(path)]) {
      expect(answer.status).toBe(400);
      expect(answer.headers.get('Location')).toBeNull();
      expect(answer.headers.get('Content-Type')).toContain('text/html');
      expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    }
    expect(await grantsOf(browser.person.id)).toEqual([]);
  };

  it.each<[string, Parameters]>([
    ['no client', { client_id: null }],
    ['an unknown client', { client_id: 'cli_00000000000000000000000000' }],
    ['two clients', { client_id: ['cli_sluice', 'cli_sluice'] }],
    ['a person as client', { client_id: 'usr_local' }],
    ['a client id that is SQL', { client_id: "' OR 1=1 --" }],
    ['an endless client id', { client_id: 'c'.repeat(5_000) }],
    [
      'a redirect URI that is not registered',
      { redirect_uri: 'https://evil.example.com/callback' },
    ],
    ['an extra query', { redirect_uri: `${CALLBACK}?extra=1` }],
    ['a fragment', { redirect_uri: `${CALLBACK}#part` }],
    ['another port off loopback', { redirect_uri: 'https://app.example.com:8443/callback' }],
    ['a name that begins with localhost', { redirect_uri: 'http://localhost.evil.test/callback' }],
    ['somebody in the redirect URI', { redirect_uri: 'https://user@app.example.com/callback' }],
    ['a script', { redirect_uri: 'javascript:alert(1)' }],
    ['two redirect URIs', { redirect_uri: [CALLBACK, CALLBACK] }],
    ['a request object somewhere else', { request_uri: 'https://app.example.com/request' }],
    [
      'a pushed request that never was',
      { request_uri: 'urn:ietf:params:oauth:request_uri:unknown' },
    ],
  ])('%s is told here and never redirected', async (_name, changes) => {
    await local(authorizePath(await newClient(), changes));
  });

  it('so is a service, which has nowhere to return to, and a client that is disabled', async () => {
    await local(authorizePath(await newClient({ kind: 'service', redirectUris: [] })));
    const clientId = await newClient();
    await env.DB.prepare('UPDATE clients SET disabled_at = 1 WHERE id = ?').bind(clientId).run();
    await local(authorizePath(clientId));
  });

  it('on loopback any port is right, and nothing but the port', async () => {
    const clientId = await newClient({ redirectUris: ['http://127.0.0.1/callback'] });
    const at = (uri: string) => authorizePath(clientId, { redirect_uri: uri });
    const browser = await newBrowser();
    const { text } = await openConsent(browser, at('http://127.0.0.1:51004/callback'));
    expect(text).toContain('127.0.0.1:51004');
    await local(at('http://127.0.0.1:51004/other'));
    await local(at('http://127.0.0.2:51004/callback'));
  });

  it('may be left out where there is one only', async () => {
    const one = await newClient();
    const browser = await newBrowser();
    const back = whereTo(await allow(browser, authorizePath(one, { redirect_uri: null })));
    expect(back.href.startsWith(CALLBACK)).toBe(true);
    const hash = await hashSecret(env, back.searchParams.get('code') ?? '');
    expect(await env.DB.prepare(FIND_CODE).bind(hash).first()).toMatchObject({
      redirect_uri_sent: 0,
    });
    const two = await newClient({ redirectUris: [CALLBACK, `${CALLBACK}/2`] });
    await local(authorizePath(two, { redirect_uri: null }));
  });
});

describe('anything else that is wrong goes back to the app, with state and iss', () => {
  it.each<[string, Parameters, string]>([
    ['no response type', { response_type: null }, 'invalid_request'],
    ['an empty response type', { response_type: '' }, 'invalid_request'],
    ['the implicit grant', { response_type: 'token' }, 'unsupported_response_type'],
    ['a hybrid', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['a fragment as response mode', { response_mode: 'fragment' }, 'invalid_request'],
    ['no challenge', { code_challenge: null }, 'invalid_request'],
    ['no method, which means plain', { code_challenge_method: null }, 'invalid_request'],
    ['plain', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a challenge that no SHA-256 is', { code_challenge: 'short' }, 'invalid_request'],
    ['an unknown scope', { scope: 'tasks:read root' }, 'invalid_scope'],
    ['a scope that is not the client’s', { scope: 'clients:write' }, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://other.example.com' }, 'invalid_target'],
    ['one good and one unknown', { resource: [ORIGIN, `${ORIGIN}/other`] }, 'invalid_target'],
    ['a repeated scope', { scope: ['tasks:read', 'tasks:read'] }, 'invalid_request'],
    ['a repeated challenge', { code_challenge: [CHALLENGE, CHALLENGE] }, 'invalid_request'],
    ['a request object', { request: 'e30.e30.' }, 'request_not_supported'],
    ['an unknown prompt', { prompt: 'create' }, 'invalid_request'],
    ['none with another prompt', { prompt: 'none login' }, 'invalid_request'],
    ['an age that is no number', { max_age: '-1' }, 'invalid_request'],
    ['a thumbprint that is none', { dpop_jkt: 'x' }, 'invalid_request'],
    ['nobody may be asked and nobody was', { prompt: 'none' }, 'consent_required'],
  ])('%s', async (_name, changes, error) => {
    const browser = await newBrowser();
    const back = whereTo(await browser.open(authorizePath(await newClient(), changes)));
    expect(back.origin + back.pathname).toBe(CALLBACK);
    expect(back.searchParams.get('error_description')).toMatch(/^[A-Za-z0-9 ,._-]+$/);
    back.searchParams.delete('error_description');
    expect(Object.fromEntries(back.searchParams)).toEqual({ error, state: 'a state', iss: ORIGIN });
    expect(await grantsOf(browser.person.id)).toEqual([]);
  });

  it('without a state there is none in the answer', async () => {
    const path = authorizePath(await newClient(), { state: null, response_type: null });
    const back = whereTo(await openAnonymously(path));
    expect(back.searchParams.has('state')).toBe(false);
    expect(back.searchParams.get('iss')).toBe(ORIGIN);
  });

  it('nobody is asked to sign in where nobody may be asked', async () => {
    const path = authorizePath(await newClient(), { prompt: 'none' });
    expect(whereTo(await openAnonymously(path)).searchParams.get('error')).toBe('login_required');
  });

  it('a client that has to push what it asks may not bring it', async () => {
    const clientId = await newClient({ requirePar: true });
    const back = whereTo(await openAnonymously(authorizePath(clientId)));
    expect(back.searchParams.get('error')).toBe('invalid_request');
  });
});

describe('what is asked', () => {
  const askedOf = async (clientId: string, changes: Parameters) => {
    const browser = await newBrowser();
    await allow(browser, authorizePath(clientId, changes));
    const [grant] = await grantsOf(browser.person.id);
    return grant;
  };

  it('without a scope it is all that a registered client has, and little for one that nobody chose', async () => {
    const registered = await askedOf(await newClient(), { scope: null });
    expect(registered?.['scopes']).toBe('["tasks:read","tasks:write","projects:read"]');
    const cli = { redirect_uri: 'http://127.0.0.1:4711/callback', scope: null };
    const builtIn = await askedOf('cli_sluice', cli);
    expect(builtIn?.['scopes']).toContain('tasks:write');
    expect(builtIn?.['scopes']).not.toMatch(/tokens|clients|gates|members:write/);
  });

  it('offline_access is understood, and no scope', async () => {
    const grant = await askedOf(await newClient(), { scope: 'offline_access tasks:read' });
    expect(grant?.['scopes']).toBe('["tasks:read"]');
  });

  it('a resource may be named with the slash of an empty path, and more than one', async () => {
    const clientId = await newClient();
    const both = await askedOf(clientId, { resource: [`${ORIGIN}/mcp`, `${ORIGIN}/`] });
    expect(both?.['resources']).toBe(`["${ORIGIN}","${ORIGIN}/mcp"]`);
    const mcp = await askedOf(clientId, { resource: `${ORIGIN}/mcp` });
    expect(mcp?.['resources']).toBe(`["${ORIGIN}/mcp"]`);
  });

  it('a client that is for one resource gets no other', async () => {
    const clientId = await newClient({ resources: [`${ORIGIN}/mcp`] });
    const path = authorizePath(clientId, { resource: ORIGIN });
    expect(whereTo(await openAnonymously(path)).searchParams.get('error')).toBe('invalid_target');
  });

  it('a key that tokens shall be bound to is kept', async () => {
    const grant = await askedOf(await newClient(), { dpop_jkt: CHALLENGE });
    expect(grant?.['dpop_jkt']).toBe(CHALLENGE);
  });

  it('a sign-in that is too old is made again, and counts from when the app has asked', async () => {
    const clientId = await newClient();
    const browser = await newBrowser({ authTimeMs: Date.now() - 60_000 });
    for (const changes of [{ max_age: '10' }, { max_age: '0' }, { prompt: 'login' }]) {
      const signin = whereTo(await browser.open(authorizePath(clientId, changes)));
      expect(signin.pathname).toBe('/signin');
      expect(signin.searchParams.get('stepUp')).toBe('1');
      const back = signin.searchParams.get('return') ?? '';
      expect(back).toMatch(/^\/v1\/auth\/consent\?transaction=con_[0-9a-z]{26}$/);
      // The old cookie leads to the same demand, a new one to the question.
      expect(whereTo(await browser.open(back)).pathname).toBe('/signin');
      const again = await newBrowser({ person: browser.person });
      expect((await again.open(back)).status).toBe(200);
    }
    await openConsent(browser, authorizePath(clientId, { max_age: '600' }));
  });

  it('hostile values of any parameter are never a fault of the server', async () => {
    const browser = await newBrowser();
    const clientId = await newClient();
    const values = [
      '\u0000',
      '\ud800',
      '💥',
      'x'.repeat(6_000),
      '%',
      '{}',
      "'; DROP TABLE grants",
      '\r\nX: y',
    ];
    const names = ['scope', 'state', 'resource', 'prompt', 'max_age', 'dpop_jkt', 'code_challenge'];
    for (const name of [...names, 'client_id', 'redirect_uri', 'request_uri', 'response_type']) {
      for (const value of values) {
        const { status } = await browser.open(authorizePath(clientId, { [name]: value }));
        expect([303, 400]).toContain(status);
      }
    }
  });

  it('each scope can be asked for', async () => {
    const clientId = await newClient({ scopes: SCOPES });
    const { text } = await openConsent(
      await newBrowser(),
      authorizePath(clientId, { scope: SCOPES.join(' ') }),
    );
    expect(text.match(/<li>/g)).toHaveLength(SCOPES.length);
  });
});
