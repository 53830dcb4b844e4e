import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { base64url, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { app } from '../../src/app.ts';
import { authenticate } from '../../src/auth/authenticate.ts';
import { forgetRevoked, revoke } from '../../src/auth/revocations.ts';
import { forgetKeys } from '../../src/auth/signing-keys.ts';
import { wrap } from '../../src/auth/wrapping.ts';
import { insertKey } from '../../src/db/signing-keys.ts';
import { ask, askRequired, bearer, ORIGIN, refusalOf } from './ask.ts';
import { claimsOf, newPerson, personToken, signer } from './tokens.ts';
import { newProject } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

let projectId = '';
let person = '';
beforeAll(async () => {
  projectId = await newProject();
  person = await newPerson({ [projectId]: 'viewer' });
});

const read = (token: string, scheme = 'Bearer') =>
  askRequired(`/tasks?projectId=${projectId}`, {
    headers: { Authorization: `${scheme} ${token}` },
  });

async function signed(
  header: Record<string, unknown>,
  over: Record<string, unknown> = {},
): Promise<string> {
  const { alg, kid, key } = await signer(Date.now());
  const claims = { ...claimsOf(person, Date.now()), ...over };
  const all = { alg, kid, typ: 'at+jwt', ...header };
  return new SignJWT(claims).setProtectedHeader(all).sign(key, { crit: { b64: true } });
}

describe('access tokens', () => {
  it('let a person in, with any case of the scheme', async () => {
    const token = await personToken(person, Date.now());
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      expect((await read(token, scheme)).status).toBe(200);
    }
  });

  it('in the query are ignored', async () => {
    const token = await personToken(person, Date.now());
    const answer = await askRequired(`/tasks?access_token=${token}`);
    expect(await refusalOf(answer)).toEqual([401, 'unauthorized']);
  });

  it('are good by an independent judge (RFC 9068)', async () => {
    const token = await personToken(person, Date.now());
    const as = { issuer: ORIGIN, jwks_uri: `${ORIGIN}/.well-known/jwks.json` };
    const request = new Request(`${ORIGIN}/tasks`, { headers: bearer(token) });
    const claims = await oauth.validateJwtAccessToken(as, request, ORIGIN, {
      [oauth.allowInsecureRequests]: true,
      [oauth.customFetch]: (url: string) => ask(new URL(url).pathname),
    });
    expect(claims.sub).toBe(person);
  });

  it('carry no more than scope and role allow', async () => {
    const write = (token: string) =>
      askRequired('/tasks', { json: { description: 'x', projectId }, headers: bearer(token) });
    const weak = await personToken(person, Date.now());
    expect(await refusalOf(await write(weak))).toEqual([403, 'insufficient_scope']);
    const facts = { authorization: `Bearer ${weak}`, host: undefined, nowMs: Date.now() };
    expect(await authenticate(env, { ...facts, url: `${ORIGIN}/tasks` })).toMatchObject({
      ok: true,
      value: {
        actor: { scopes: ['projects:read', 'tasks:read'], projects: { [projectId]: 'viewer' } },
        credential: { kind: 'access_token', clientId: 'cli_sluice' },
      },
    });
  });

  it('are cut to their projects', async () => {
    const other = await newProject();
    const elsewhere = await personToken(person, Date.now(), { prj: [other] });
    expect((await read(elsewhere)).status).toBe(404);
    const here = await personToken(person, Date.now(), { prj: [projectId] });
    expect((await read(here)).status).toBe(200);
  });

  it('T4: for another audience or by another issuer are refused', async () => {
    for (const over of [
      { aud: `${ORIGIN}/mcp` },
      { aud: `${ORIGIN}/` },
      { aud: 'https://other.test' },
      { iss: `${ORIGIN}/` },
      { iss: 'https://other.test' },
    ]) {
      const answer = await read(await personToken(person, Date.now(), over));
      expect(await refusalOf(answer), JSON.stringify(over)).toEqual([401, 'invalid_token']);
    }
    const both = await personToken(person, Date.now(), { aud: [ORIGIN, `${ORIGIN}/mcp`] });
    expect((await read(both)).status).toBe(200);
    const api = await personToken(person, Date.now());
    const answer = await askRequired('/mcp', { headers: bearer(api) });
    expect(await refusalOf(answer)).toEqual([401, 'invalid_token']);
    expect(answer.headers.get('WWW-Authenticate')).toContain('oauth-protected-resource/mcp"');
  });

  it('that have expired say so, those that begin later do not', async () => {
    const old = await personToken(person, Date.now() - 606_000);
    const answer = await read(old);
    expect(answer.status).toBe(401);
    const challenge = answer.headers.get('WWW-Authenticate');
    expect(challenge).toContain('error="invalid_token"');
    expect(challenge).toContain('error_description="The access token expired"');
    const inMinutes = Math.floor(Date.now() / 1000) + 60;
    expect((await read(await signed({}, { nbf: inMinutes }))).status).toBe(401);
    const long = { exp: inMinutes + 6_000, iat: inMinutes - 3_600 };
    expect((await read(await signed({}, long))).status).toBe(401);
  });

  it('T6: nothing but our own header is believed', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const { kid } = await signer(Date.now());
    const foreign = (header: Record<string, unknown>) =>
      new SignJWT({ ...claimsOf(person, Date.now()) })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', ...header })
        .sign(privateKey);
    const published = await (await ask('/.well-known/jwks.json')).text();
    const hmac = new SignJWT({ ...claimsOf(person, Date.now()) })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid })
      .sign(new TextEncoder().encode(published));
    const [, payload = ''] = (await signed({})).split('.');
    const none = base64url.encode(JSON.stringify({ alg: 'none', typ: 'at+jwt', kid }));
    const good = await signed({});
    const tokens = [
      await foreign({ kid }),
      await foreign({ kid, jwk }),
      await foreign({ kid: await calculateJwkThumbprint(jwk), jwk }),
      await foreign({ kid: 'unknown' }),
      await foreign({ kid: '__proto__' }),
      await foreign({ kid: "' OR 1=1 --" }),
      await foreign({}),
      await hmac,
      `${none}.${payload}.`,
      `${none}.${payload}.AAAA`,
      await signed({ typ: 'JWT' }),
      await signed({ typ: 'application/at+jwt' }),
      await signed({ typ: undefined }),
      await signed({ jku: 'https://evil.test/jwks.json' }),
      await signed({ x5u: 'https://evil.test/x' }),
      await signed({ jwk }),
      await signed({ crit: ['b64'], b64: true }),
      await signed({ kid: 7 }),
      await signed({ pad: 'x'.repeat(9_000) }),
      `${good}..`,
      `.${good}`,
      good.slice(0, -1),
      good.split('.').slice(0, 2).join('.'),
    ];
    for (const token of tokens) {
      expect(await refusalOf(await read(token)), token).toEqual([401, 'invalid_token']);
    }
    expect((await read(good)).status).toBe(200);
  });

  it('T6: a signature has one spelling (RFC 4648 §3.5)', async () => {
    const good = await signed({});
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // The last character bears two bits of the signature and four that a decoder throws away.
    const last = alphabet.indexOf(good.slice(-1));
    expect(last % 16).toBe(0);
    for (const other of alphabet.slice(last + 1, last + 16)) {
      const token = good.slice(0, -1) + other;
      expect(await refusalOf(await read(token)), other).toEqual([401, 'invalid_token']);
    }
    expect((await read(good)).status).toBe(200);
  });

  it('T6: 10,000 mutated ones are refused, and nothing breaks', async () => {
    const token = await personToken(person, Date.now());
    const required = { ...env, AUTH_MODE: 'required' } as const;
    const mutation = fc.record({
      kind: fc.constantFrom('replace', 'insert', 'delete', 'flip', 'swap', 'dots'),
      place: fc.nat(token.length - 1),
      added: fc.constantFrom(...'AZaz09-_.=+/~"{'),
    });
    const mutate = ({ kind, place, added }: { kind: string; place: number; added: string }) => {
      const [before, after] = [token.slice(0, place), token.slice(place)];
      if (kind === 'replace') return before + added + after.slice(1);
      if (kind === 'insert') return before + added + after;
      if (kind === 'delete') return before + after.slice(1);
      if (kind === 'flip') {
        const code = after.charCodeAt(0) ^ 1;
        return before + String.fromCharCode(code) + after.slice(1);
      }
      if (kind === 'swap') return after + before;
      return `${before}..${after}`;
    };
    const law = fc.asyncProperty(mutation, async (change) => {
      const mutated = mutate(change);
      if (mutated === token) return;
      const headers = { Authorization: `Bearer ${mutated}`, Host: 'localhost:3000' };
      const answer = await app.request(`${ORIGIN}/tasks`, { headers }, required);
      expect(answer.status).toBe(401);
    });
    await fc.assert(law, { numRuns: 10_000 });
  });

  it('T5: a token cannot change what kind its principal is', async () => {
    const token = await personToken('cli_unknown', Date.now());
    expect((await read(token)).status).toBe(401);
    const disguised = await personToken(person, Date.now(), { ptype: 'service' });
    expect((await read(disguised)).status).toBe(401);
  });

  it.each([
    ['jti', 'jti_dead'],
    ['grant', 'grt_dead'],
    ['client', 'cli_dead'],
    ['principal', ''],
  ] as const)(
    'that were revoked by %s are refused, at once where it was done',
    async (kind, name) => {
      const mortal = await newPerson({ [projectId]: 'viewer' });
      const now = Date.now();
      const subject = kind === 'principal' ? mortal : name;
      const claims = { jti: { jti: name }, grant: { grt: name }, client: { client_id: name } };
      const over = kind === 'principal' ? {} : claims[kind];
      const token = await personToken(mortal, now, over);
      expect((await read(token)).status).toBe(200);
      await revoke(env.DB, { kind, subject }, now).run();
      forgetRevoked({ kind, subject }, now);
      expect(await refusalOf(await read(token))).toEqual([401, 'invalid_token']);
      const later = await personToken(mortal, now + 2_000, over);
      // What names one token or one grant ends for good; a client or a person may begin anew.
      const isForGood = kind === 'jti' || kind === 'grant';
      expect((await read(later)).status).toBe(isForGood ? 401 : 200);
    },
  );

  it('of RS256 are good as well, and so is a key turned between two requests', async () => {
    const before = await personToken(person, Date.now());
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    await env.DB.prepare("UPDATE signing_keys SET state = 'retiring' WHERE state = 'active'").run();
    await insertKey(env.DB, {
      kid: await calculateJwkThumbprint(jwk),
      purpose: 'token',
      alg: 'RS256',
      state: 'active',
      publicJwk: JSON.stringify(jwk),
      privateWrapped: await wrap(env, 'jwk-wrap', JSON.stringify(await exportJWK(privateKey))),
      notBefore: Date.now(),
      retireAt: null,
    }).run();
    forgetKeys();
    const after = await personToken(person, Date.now());
    expect((await signer(Date.now())).alg).toBe('RS256');
    for (const token of [before, after]) expect((await read(token)).status).toBe(200);
  });
});
