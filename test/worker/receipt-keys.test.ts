import { env } from 'cloudflare:workers';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { rotateKeys } from '../../src/actions/rotate-keys.ts';
import { forgetReceiptKeys, receiptSigner } from '../../src/auth/receipt-keys.ts';
import { KEY_ACTIVE_MS, KEY_PENDING_MS, KEY_RETIRES_MS } from '../../src/contract/token-timing.ts';
import { ask } from './ask.ts';
import { NOW } from './credentials.ts';

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM signing_keys WHERE purpose = 'receipt'").run();
  forgetReceiptKeys();
});

const rowsOf = async () =>
  (
    await env.DB.prepare(
      "SELECT kid, state, private_wrapped AS wrapped FROM signing_keys WHERE purpose = 'receipt' ORDER BY rowid",
    ).all<{ kid: string; state: string; wrapped: string | null }>()
  ).results;

const published = async (): Promise<readonly JWK[]> => {
  forgetReceiptKeys();
  const answer = await ask('/.well-known/receipt-keys.json');
  expect(answer.status).toBe(200);
  return (await answer.json<{ keys: JWK[] }>()).keys;
};

describe('receipt keys', () => {
  it('the first use makes an Ed25519 key of their own, and its name is its thumbprint', async () => {
    const answer = await ask('/.well-known/receipt-keys.json');
    expect(answer.headers.get('Cache-Control')).toBe('public, max-age=300');
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
    const { keys } = await answer.json<{ keys: JWK[] }>();
    expect(keys).toHaveLength(1);
    const [key = {}] = keys;
    expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    expect(key).toMatchObject({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA' });
    expect(key.kid).toBe(await calculateJwkThumbprint(key));
    const jwks = await (await ask('/.well-known/jwks.json')).json<{ keys: JWK[] }>();
    expect(jwks.keys.map(({ kid }) => kid)).not.toContain(key.kid);
  });

  it('the private part lies encrypted under a label of its own', async () => {
    await receiptSigner(env, NOW, NOW);
    const [row] = await rowsOf();
    expect(row?.wrapped).toBeTruthy();
    expect(row?.wrapped).not.toContain('"d"');
  });

  it('a rotation lets go of the private part, and the public one stays for ever', async () => {
    await rotateKeys(env, NOW);
    const due = NOW + KEY_ACTIVE_MS;
    await rotateKeys(env, due - KEY_PENDING_MS);
    expect((await rowsOf()).map(({ state }) => state)).toEqual(['active', 'pending']);
    await rotateKeys(env, due);
    await rotateKeys(env, due + KEY_RETIRES_MS);
    const rows = await rowsOf();
    expect(rows.map(({ state }) => state)).toEqual(['retired', 'active']);
    expect(rows[0]?.wrapped).toBeNull();
    expect((await published()).map(({ kid }) => kid)).toEqual(
      rows.map(({ kid }) => kid).toReversed(),
    );
  });

  it('what happened before a rotation is signed with the key of that time', async () => {
    await rotateKeys(env, NOW);
    const before = await receiptSigner(env, NOW + 1_000, NOW + 1_000);
    const due = NOW + KEY_ACTIVE_MS;
    await rotateKeys(env, due - KEY_PENDING_MS);
    await rotateKeys(env, due);
    forgetReceiptKeys();
    expect((await receiptSigner(env, NOW + 1_000, due + 1_000)).kid).toBe(before.kid);
    expect((await receiptSigner(env, due + 120_000, due + 120_000)).kid).not.toBe(before.kid);
  });

  it('where no ROOT_KEY opens the key, another signs from now on, and the lost one is still published', async () => {
    const { kid } = await receiptSigner(env, NOW, NOW);
    forgetReceiptKeys();
    const next = { ...env, ROOT_KEY: btoa('another-root-key-of-32-bytes-000') };
    expect((await receiptSigner(next, NOW, NOW)).kid).not.toBe(kid);
    expect((await published()).map((key) => key.kid)).toContain(kid);
  });
});
