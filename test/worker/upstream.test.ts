// Signing in by another provider, which lies in the rest of the world and signs with a key of its own.

import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { app } from '../../src/app.ts';
import { newId } from '../../src/auth/id.ts';
import { ORIGIN } from './ask.ts';
import { publish, visitsTo } from './internet.ts';
import { askAs, cookieOf, newPerson, ownPage, signInAs } from './signin-world.ts';

const CLIENT = 'sluice client';
const SECRET = 'se:cret+';

/** A provider at a place of its own; what it says of a person is signed when the code is asked for. */
async function newProvider(options: { domains?: string; issuer?: string } = {}) {
  const place = `https://${newId('idp', Date.now()).replace('_', '-')}.example.com`;
  const issuer = options.issuer ?? place;
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' };
  await publish(`${place}/.well-known/openid-configuration`, {
    body: JSON.stringify({
      issuer,
      authorization_endpoint: `${place}/authorize`,
      token_endpoint: `${place}/token`,
      jwks_uri: `${place}/jwks`,
      userinfo_endpoint: `${place}/userinfo`,
    }),
  });
  await publish(`${place}/jwks`, { body: JSON.stringify({ keys: [jwk] }) });
  const bindings = {
    ...env,
    AUTH_MODE: 'required',
    OIDC_ISSUER: place,
    OIDC_CLIENT_ID: CLIENT,
    OIDC_CLIENT_SECRET: SECRET,
    ...(options.domains === undefined ? {} : { OIDC_ALLOWED_DOMAINS: options.domains }),
  } as const;
  const get = (path: string, headers: Record<string, string> = {}) => {
    const request = new Request(ORIGIN + path, { headers: { Host: 'localhost:3000', ...headers } });
    return app.fetch(request, bindings, createExecutionContext());
  };

  /** Sends the browser out, and keeps what it takes along. */
  const begin = async (query = '?return=%2Ftasks', headers = {}) => {
    const answer = await get(`/v1/auth/oidc/start${query}`, headers);
    expect(answer.status).toBe(303);
    const url = new URL(answer.headers.get('Location') ?? '');
    const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    return { url, cookie, state: url.searchParams.get('state') ?? '' };
  };

  /** What the provider will say of a person once the code is redeemed; `claims` may lie. */
  const say = async (
    begun: { url: URL },
    claims: Record<string, unknown>,
    key: { privateKey: CryptoKey; alg?: string } = { privateKey },
  ) => {
    const now = Math.floor(Date.now() / 1_000);
    const token = await new SignJWT({
      iss: issuer,
      aud: CLIENT,
      iat: now,
      exp: now + 60,
      nonce: begun.url.searchParams.get('nonce'),
      auth_time: now,
      ...claims,
    })
      .setProtectedHeader({ alg: key.alg ?? 'RS256', kid: 'one' })
      .sign(key.privateKey);
    await publish(`${place}/token`, {
      body: JSON.stringify({ id_token: token, access_token: 'at' }),
    });
  };

  const back = (begun: { state: string; cookie: string }, more = {}) => {
    const query = new URLSearchParams({ state: begun.state, code: 'c0de', ...more });
    const navigation = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
    return get(`/v1/auth/oidc/callback?${query}`, { Cookie: begun.cookie, ...navigation });
  };

  const comeAs = async (claims: Record<string, unknown>, query?: string) => {
    const begun = await begin(query);
    await say(begun, claims);
    return back(begun);
  };
  return { place, begin, say, back, comeAs, get };
}

const ada = () => {
  const sub = newId('sub', Date.now());
  return { sub, email: `${sub}@acme.example`, email_verified: true, name: 'Ada' };
};
const invite = async (email: string, fields: { state?: string; expiresAt?: number } = {}) => {
  const { projectId, id } = await newPerson();
  const { state = 'pending', expiresAt = Date.now() + 60_000 } = fields;
  await env.DB.prepare(
    `INSERT INTO invitations (id, hash, project_id, email, role, state, invited_by, created_at, expires_at)
     VALUES (?1, ?1, ?2, ?3, 'viewer', ?4, ?5, 1, ?6)`,
  )
    .bind(newId('inv', Date.now()), projectId, email, state, id, expiresAt)
    .run();
};
const users = (email: string) =>
  env.DB.prepare('SELECT COUNT(*) AS n FROM users WHERE email = ?').bind(email).first('n');

describe('going out to the provider', () => {
  it('asks for a code with state, nonce and PKCE, and how old the proof is', async () => {
    const provider = await newProvider();
    const { url, cookie, state } = await provider.begin();
    expect(url.origin + url.pathname).toBe(`${provider.place}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT,
      redirect_uri: `${ORIGIN}/v1/auth/oidc/callback`,
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      max_age: '43200',
    });
    expect(url.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect(cookie).toBe(`__Host-slc_o=${state}`);
    expect((await provider.begin('?stepUp=1')).url.searchParams.get('max_age')).toBe('0');
  });

  it('is not there where no provider is set, and waits where it is away or another', async () => {
    const required = { ...env, AUTH_MODE: 'required' } as const;
    const request = new Request(`${ORIGIN}/v1/auth/oidc/start`);
    const answer = await app.fetch(request, required, createExecutionContext());
    expect(answer.status).toBe(404);
    const other = await newProvider({ issuer: 'https://other.example.com' });
    expect((await other.get('/v1/auth/oidc/start')).status).toBe(503);
  });
});

describe('coming back', () => {
  it('with an invitation for the verified address makes a person once, found by issuer and subject', async () => {
    const provider = await newProvider();
    const claims = ada();
    await invite(claims.email.toUpperCase());
    const first = await provider.comeAs(claims);
    expect([first.status, first.headers.get('Location')]).toEqual([303, '/tasks']);
    const cookie = cookieOf(first) ?? '';
    expect((await askAs(cookie, '/v1/auth/signins')).status).toBe(200);
    const row = await env.DB.prepare('SELECT * FROM users WHERE email = ?')
      .bind(claims.email)
      .first();
    expect(row).toMatchObject({ name: 'Ada', email_verified_at: expect.any(Number) });
    const again = await provider.comeAs({ sub: claims.sub });
    expect(again.status).toBe(303);
    expect(cookieOf(again)).not.toBe(cookie);
    expect(await users(claims.email)).toBe(1);
  });

  it('shows the secret by header, in the encoding of forms, and the verifier of the challenge', async () => {
    const provider = await newProvider({ domains: 'acme.example' });
    await provider.comeAs(ada());
    const [visit] = await visitsTo(`${provider.place}/token`);
    expect(visit?.headers['authorization']).toBe(`Basic ${btoa('sluice+client:se%3Acret%2B')}`);
  });

  it('from a domain that is let in needs no invitation; from no other, and not unverified', async () => {
    const provider = await newProvider({ domains: 'beta.example, ACME.example' });
    expect((await provider.comeAs(ada())).status).toBe(303);
    for (const claims of [
      { ...ada(), email: 'ada@evil.example' },
      { ...ada(), email: 'ada@sub.acme.example' },
      { ...ada(), email: 'ada@acme.example@evil.example' },
      { ...ada(), email_verified: false },
      { ...ada(), email_verified: 'true' },
      { sub: newId('sub', 1) },
    ]) {
      const answer = await provider.comeAs(claims);
      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain('Nobody has invited you');
      expect(cookieOf(answer)).toBe(null);
    }
  });

  it('an address that is told apart from the ID token counts for the same subject only', async () => {
    const provider = await newProvider({ domains: 'acme.example' });
    const claims = ada();
    const tell = (body: object) =>
      publish(`${provider.place}/userinfo`, { body: JSON.stringify(body) });
    await tell({ ...claims, sub: 'another' });
    expect((await provider.comeAs({ sub: claims.sub })).status).toBe(403);
    await tell({ ...claims, email_verified: false });
    expect((await provider.comeAs({ sub: claims.sub })).status).toBe(403);
    await tell(claims);
    expect((await provider.comeAs({ sub: claims.sub })).status).toBe(303);
    expect(await users(claims.email)).toBe(1);
  });

  it('an invitation that is over or for another lets nobody in', async () => {
    const provider = await newProvider();
    const late = ada();
    await invite(late.email, { expiresAt: Date.now() - 1 });
    const revoked = ada();
    await invite(revoked.email, { state: 'revoked' });
    for (const claims of [late, revoked, ada()]) {
      expect((await provider.comeAs(claims)).status).toBe(403);
      expect(await users(claims.email)).toBe(0);
    }
  });

  it('an address that a person has already opens nothing of theirs', async () => {
    const provider = await newProvider({ domains: 'example.com' });
    const victim = await newPerson();
    const answer = await provider.comeAs({ ...ada(), email: victim.email });
    expect(answer.status).toBe(303);
    const signin = await env.DB.prepare('SELECT user_id FROM signins WHERE user_id = ?')
      .bind(victim.id)
      .first();
    expect(signin).toBe(null);
  });

  it('a disabled person does not come in, nor anew', async () => {
    const provider = await newProvider({ domains: 'acme.example' });
    const claims = ada();
    await provider.comeAs(claims);
    await env.DB.prepare('UPDATE users SET disabled_at = 1 WHERE email = ?')
      .bind(claims.email)
      .run();
    expect((await provider.comeAs(claims)).status).toBe(403);
    expect(await users(claims.email)).toBe(1);
  });

  it.each<[string, Record<string, unknown>]>([
    ['another issuer', { iss: 'https://other.example.com' }],
    ['another audience', { aud: 'somebody' }],
    ['two audiences without us as the party', { aud: [CLIENT, 'b'] }],
    ['another nonce', { nonce: 'x' }],
    ['no nonce', { nonce: undefined }],
    ['the past', { exp: 1 }],
    ['no subject', { sub: undefined }],
  ])('an ID token of %s is refused', async (_name, lie) => {
    const provider = await newProvider({ domains: 'acme.example' });
    const answer = await provider.comeAs({ ...ada(), ...lie });
    expect(answer.status).toBe(403);
    expect(cookieOf(answer)).toBe(null);
  });

  it('one signed by another key, or by the public one as a secret, is refused', async () => {
    const provider = await newProvider({ domains: 'acme.example' });
    const other = await generateKeyPair('RS256', { extractable: true });
    const begun = await provider.begin();
    await provider.say(begun, ada(), other);
    expect((await provider.back(begun)).status).toBe(403);
    const shared = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, [
      'sign',
    ]);
    const next = await provider.begin();
    // A key of one kind is no pair.
    await provider.say(next, ada(), { privateKey: shared as CryptoKey, alg: 'HS256' });
    expect((await provider.back(next)).status).toBe(403);
  });

  it('is for the browser that went out, once, with its own state and issuer', async () => {
    const provider = await newProvider({ domains: 'acme.example' });
    const begun = await provider.begin();
    await provider.say(begun, ada());
    for (const answer of [
      await provider.back({ ...begun, cookie: '' }),
      await provider.back({ ...begun, cookie: `__Host-slc_o=${'0'.repeat(64)}` }),
      await provider.back({ state: '0'.repeat(64), cookie: `__Host-slc_o=${'0'.repeat(64)}` }),
    ]) {
      expect(answer.status).toBe(403);
    }
    expect((await provider.back(begun)).status).toBe(303);
    expect((await provider.back(begun)).status).toBe(403);
    const mixed = await provider.begin();
    await provider.say(mixed, ada());
    const answer = await provider.back(mixed, { iss: 'https://other.example.com' });
    expect(answer.status).toBe(403);
  });

  it('T25: the sign-in before ends, and one whose age is not told is not fresh', async () => {
    const provider = await newProvider({ domains: 'acme.example' });
    const { cookie } = await signInAs((await newPerson()).id);
    const begun = await provider.begin('', ownPage(cookie));
    await provider.say(begun, { ...ada(), auth_time: undefined });
    const both = `${begun.cookie}; __Host-slc_s=${cookie}`;
    const answer = await provider.back({ ...begun, cookie: both });
    expect(answer.status).toBe(303);
    expect((await askAs(cookie, '/v1/auth/signins')).status).toBe(401);
    const json = { purpose: 'register' };
    const asked = await askAs(cookieOf(answer) ?? '', '/v1/auth/passkeys/options', { json });
    expect(asked.status).toBe(401);
  });
});
