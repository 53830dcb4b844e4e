import { env } from 'cloudflare:workers';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { housekeeping } from '../../src/actions/housekeeping.ts';
import { rotateKeys } from '../../src/actions/rotate-keys.ts';
import { newSigningKey } from '../../src/auth/new-signing-key.ts';
import { forgetKeys, keyRing, verifierOf } from '../../src/auth/signing-keys.ts';
import { KEY_ACTIVE_MS, KEY_PENDING_MS, KEY_RETIRES_MS } from '../../src/contract/token-timing.ts';
import { findLiveKeys, insertKey } from '../../src/db/signing-keys.ts';
import { ask } from './ask.ts';
import { NOW } from './credentials.ts';

beforeEach(async () => {
  await env.DB.prepare('DELETE FROM signing_keys').run();
  forgetKeys();
});

const statesOf = async () => {
  const { results } = await env.DB.prepare(
    "SELECT kid, state, private_wrapped AS wrapped FROM signing_keys WHERE purpose = 'token' ORDER BY rowid",
  ).all<{ kid: string; state: string; wrapped: string | null }>();
  return results;
};

/** Isolates keep keys for a minute and look for unknown ones each five seconds: another instant each. */
let instant = NOW;
const later = () => {
  instant += 120_000;
  return instant;
};

describe('signing keys', () => {
  it('twenty that find none make one', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () =>
        newSigningKey(env, { state: 'active', notBefore: NOW, retireAt: null }),
      ),
    );
    await Promise.all(made.map((key) => insertKey(env.DB, key).run()));
    expect(await statesOf()).toHaveLength(1);
    const rings = await Promise.all([keyRing(env, later()), keyRing(env, instant)]);
    expect(rings[0]?.signer.kid).toBe((await statesOf())[0]?.kid);
  });

  it('the first use makes the first key, and its name is its thumbprint (RFC 7638)', async () => {
    const answer = await ask('/.well-known/jwks.json');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Cache-Control')).toBe('public, max-age=300');
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
    const { keys } = await answer.json<{ keys: JWK[] }>();
    expect(keys).toHaveLength(1);
    const [key = {}] = keys;
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
    expect(key.kid).toBe(await calculateJwkThumbprint(key));
  });

  it('the private part lies encrypted, and opens with the root key before as well', async () => {
    await keyRing(env, later());
    const [row] = await statesOf();
    expect(row?.wrapped).not.toContain('"d"');
    const next = { ...env, ROOT_KEY: btoa('another-root-key-of-32-bytes-000') };
    forgetKeys();
    const both = { ...next, ROOT_KEY_PREVIOUS: env.ROOT_KEY ?? '' };
    expect((await keyRing(both, later()))?.signer.kid).toBe(row?.kid);
    // Nothing opens it: another one signs from now on, and what it has signed is still believed.
    forgetKeys();
    const ring = await keyRing(next, later());
    expect(ring?.signer.kid).not.toBe(row?.kid);
    expect(ring?.verifiers.has(row?.kid ?? '')).toBe(true);
  });

  it('a rotation publishes, then signs, then lets go of the key', async () => {
    await rotateKeys(env, NOW);
    const [first] = await statesOf();
    const due = NOW + KEY_ACTIVE_MS;
    await rotateKeys(env, due - KEY_PENDING_MS);
    expect((await statesOf()).map(({ state }) => state)).toEqual(['active', 'pending']);
    expect((await keyRing(env, due))?.signer.kid).toBe(first?.kid);
    expect((await keyRing(env, due))?.jwks).toHaveLength(2);
    await Promise.all([rotateKeys(env, due), rotateKeys(env, due)]);
    expect((await statesOf()).map(({ state }) => state)).toEqual(['retiring', 'active']);
    expect((await keyRing(env, due))?.jwks).toHaveLength(2);
    await rotateKeys(env, due + KEY_RETIRES_MS);
    const after = await statesOf();
    expect(after.map(({ state }) => state)).toEqual(['retired', 'active']);
    expect(after[0]?.wrapped).toBe(null);
    expect((await keyRing(env, due))?.jwks).toHaveLength(1);
  });

  it('the cron forces a rotation that ROTATE_KEYS_AT asks for', async () => {
    await rotateKeys(env, NOW);
    const forced = { ...env, ROTATE_KEYS_AT: new Date(NOW + 60_000).toISOString() };
    for (const scheduledTime of [NOW + 60_000, NOW + 60_000 + KEY_PENDING_MS]) {
      await housekeeping(forced, scheduledTime);
    }
    expect((await statesOf()).map(({ state }) => state)).toEqual(['retiring', 'active']);
  });

  it('an unknown key is looked for, at most every five seconds', async () => {
    const at = later();
    await keyRing(env, at);
    const key = await newSigningKey(env, { state: 'pending', notBefore: NOW, retireAt: null });
    await insertKey(env.DB, key).run();
    expect(await verifierOf(env, key.kid, at + 4_000)).toBe(undefined);
    expect((await verifierOf(env, key.kid, at + 6_000))?.kid).toBe(key.kid);
  });

  it('while D1 is away the keys that are known go on', async () => {
    const at = later();
    const ring = await keyRing(env, at);
    await env.DB.prepare('ALTER TABLE signing_keys RENAME TO away').run();
    expect(await keyRing(env, at + 600_000)).toEqual(ring);
    expect(await verifierOf(env, ring?.signer.kid ?? '', at + 700_000)).toBeTruthy();
    await env.DB.prepare('ALTER TABLE away RENAME TO signing_keys').run();
  });

  it('a key of RS256 in the table is published without its private members', async () => {
    await keyRing(env, later());
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    // An operator's mistake must not publish what is private.
    const publicJwk = JSON.stringify(await exportJWK(privateKey));
    const life = { state: 'pending', notBefore: NOW, retireAt: null, purpose: 'token' } as const;
    await insertKey(env.DB, { kid, alg: 'RS256', publicJwk, privateWrapped: null, ...life }).run();
    forgetKeys();
    const ring = await keyRing(env, later());
    const published = ring?.jwks.find((one) => one['kid'] === kid) ?? {};
    expect(Object.keys(published).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(await findLiveKeys(env.DB)).toHaveLength(2);
  });
});
