// Stored signing keys, made ready to be used.

import { importJWK, type JWK } from 'jose';
import type { StoredKey } from '../db/signing-keys.ts';
import type { KeyEnv } from './keys.ts';
import { WRAP_LABELS } from './new-signing-key.ts';
import { unwrapText } from './wrapping.ts';

export interface Signer {
  readonly kid: string;
  readonly alg: string;
  readonly key: CryptoKey;
}

const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const;

/** The private key; null where it is gone, or no ROOT_KEY opens it. */
export async function importSigner(env: KeyEnv, key: StoredKey): Promise<Signer | null> {
  const { kid, alg, privateWrapped, purpose } = key;
  if (privateWrapped === null) return null;
  const text = await unwrapText(env, WRAP_LABELS[purpose], privateWrapped);
  if (text === null) return null;
  // It was authenticated by the key that opened it.
  return { kid, alg, key: await importKey(JSON.parse(text) as JWK, alg) };
}

/** The public key, and what is published of it. */
export async function importVerifier({ kid, alg, publicJwk }: StoredKey) {
  // Our own bytes: what `newSigningKey` wrote, or an operator.
  const jwk = JSON.parse(publicJwk) as JWK;
  const verifier: Signer = { kid, alg, key: await importKey(jwk, alg) };
  return { verifier, published: publishedKey(kid, alg, jwk) };
}

/** What is published of a key, without importing it. */
export function publishedKey(kid: string, alg: string, jwk: JWK): Record<string, unknown> {
  const members: Record<string, unknown> = { ...jwk };
  const known = PUBLIC_MEMBERS.filter((name) => name in members);
  return {
    ...Object.fromEntries(known.map((name) => [name, members[name]])),
    ...{ kid, alg, use: 'sig' },
  };
}

async function importKey(jwk: JWK, alg: string): Promise<CryptoKey> {
  const key = await importJWK(jwk, alg);
  if (key instanceof Uint8Array) throw new Error('A signing key must be asymmetric.');
  return key;
}
