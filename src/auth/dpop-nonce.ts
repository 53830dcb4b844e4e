// Nonces for DPoP proofs (RFC 9449 §8): the number of a span of time under a key of ours, so that none has to be kept.

import { base64url } from 'jose';
import { deriveKey, type KeyEnv } from './keys.ts';

const SPAN_MS = 150_000;
const MAC_BYTES = 16;

/** The nonce of this moment; it is good for 150 s at least and 300 s at most. */
export const newNonce = (env: KeyEnv, nowMs: number): Promise<string> =>
  nonceOf(env, Math.floor(nowMs / SPAN_MS));

export async function isGoodNonce(env: KeyEnv, nonce: unknown, nowMs: number): Promise<boolean> {
  const span = Math.floor(nowMs / SPAN_MS);
  const good = await Promise.all([nonceOf(env, span), nonceOf(env, span - 1)]);
  // It is no secret: whoever asks is told it.
  return typeof nonce === 'string' && good.includes(nonce);
}

async function nonceOf(env: KeyEnv, span: number): Promise<string> {
  const key = await deriveKey(env, 'dpop-nonce');
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(String(span)));
  return base64url.encode(new Uint8Array(mac, 0, MAC_BYTES));
}
