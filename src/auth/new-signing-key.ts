// A new key pair to sign tokens with, ready to be kept.

import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { StoredKey } from '../db/signing-keys.ts';
import type { KeyEnv } from './keys.ts';
import { wrap } from './wrapping.ts';

/** The algorithm of new keys. Those of RS256 that are in the table go on to sign and to be believed. */
const ALGORITHM = 'ES256';

export async function newSigningKey(
  env: KeyEnv,
  life: Pick<StoredKey, 'state' | 'notBefore' | 'retireAt'>,
): Promise<StoredKey> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const [kid, privateWrapped] = await Promise.all([
    calculateJwkThumbprint(publicJwk),
    exportJWK(privateKey).then((jwk) => wrap(env, 'jwk-wrap', JSON.stringify(jwk))),
  ]);
  return { kid, alg: ALGORITHM, publicJwk: JSON.stringify(publicJwk), privateWrapped, ...life };
}
