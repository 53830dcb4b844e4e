// What is kept so that only this deployment can read it: AES-256-GCM, a fresh 96-bit nonce before the text.

import { base64url } from 'jose';
import { deriveWrappingKeys, type KeyEnv, type WrapLabel } from './keys.ts';

const NONCE_BYTES = 12;

/** The text, encrypted under the key that ROOT_KEY has for this label. */
export async function wrap(env: KeyEnv, label: WrapLabel, text: string): Promise<string> {
  const [key] = await deriveWrappingKeys(env, label);
  if (key === undefined) throw new Error('No key wraps.');
  return seal(key, text);
}

/** The text again; null where neither ROOT_KEY nor ROOT_KEY_PREVIOUS opens it. */
export async function unwrapText(
  env: KeyEnv,
  label: WrapLabel,
  wrapped: string,
): Promise<string | null> {
  for (const key of await deriveWrappingKeys(env, label)) {
    const text = await open(key, wrapped);
    if (text !== null) return text;
  }
  return null;
}

/** The key that only the holder of this secret can derive. */
export async function keyOfSecret(secret: string, label: string): Promise<CryptoKey> {
  const encoder = new TextEncoder();
  const root = await crypto.subtle.importKey('raw', encoder.encode(secret), 'HKDF', false, [
    'deriveKey',
  ]);
  const info = encoder.encode(label);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info };
  const algorithm = { name: 'AES-GCM', length: 256 };
  return crypto.subtle.deriveKey(hkdf, root, algorithm, false, ['encrypt', 'decrypt']);
}

/** Nonce and ciphertext in base64url. */
export async function seal(key: CryptoKey, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const bytes = new TextEncoder().encode(text);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes);
  const all = new Uint8Array(NONCE_BYTES + sealed.byteLength);
  all.set(iv);
  all.set(new Uint8Array(sealed), NONCE_BYTES);
  return base64url.encode(all);
}

/** Null for what another key has sealed, or nobody. */
export async function open(key: CryptoKey, sealed: string): Promise<string | null> {
  try {
    const all = base64url.decode(sealed);
    const algorithm = { name: 'AES-GCM', iv: all.slice(0, NONCE_BYTES) };
    return new TextDecoder().decode(
      await crypto.subtle.decrypt(algorithm, key, all.slice(NONCE_BYTES)),
    );
  } catch {
    return null;
  }
}
