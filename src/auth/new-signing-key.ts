// A new key pair to sign with, ready to be kept.

import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { KeyPurpose, StoredKey } from '../db/signing-keys.ts';
import type { KeyEnv, WrapLabel } from './keys.ts';
import { wrap } from './wrapping.ts';

/**
 * The algorithms of new keys. Tokens: those of RS256 that are in the table go on to sign and to be believed. Receipts: with
 * Ed25519 the same words have one signature (RFC 8032), so what is signed again is the same receipt.
 */
const ALGORITHMS: Readonly<Record<KeyPurpose, string>> = { token: 'ES256', receipt: 'EdDSA' };

/** Under which label the private part is wrapped. */
export const WRAP_LABELS: Readonly<Record<KeyPurpose, WrapLabel>> = {
  token: 'jwk-wrap',
  receipt: 'receipt-wrap',
};

export async function newSigningKey(
  env: KeyEnv,
  life: Pick<StoredKey, 'state' | 'notBefore' | 'retireAt'>,
  purpose: KeyPurpose = 'token',
): Promise<StoredKey> {
  const alg = ALGORITHMS[purpose];
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const [kid, privateWrapped] = await Promise.all([
    calculateJwkThumbprint(publicJwk),
    exportJWK(privateKey).then((jwk) => wrap(env, WRAP_LABELS[purpose], JSON.stringify(jwk))),
  ]);
  return { kid, purpose, alg, publicJwk: JSON.stringify(publicJwk), privateWrapped, ...life };
}
