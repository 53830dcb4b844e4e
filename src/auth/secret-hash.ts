// A secret at rest: HMAC-SHA-256 under the pepper of the deployment, in hex. A stolen table without ROOT_KEY tells
// nothing, and the hash can be looked up by an index.

import { hex } from './id.ts';
import { deriveKey, type KeyEnv } from './keys.ts';

export async function hashSecret(env: Pick<KeyEnv, 'ROOT_KEY'>, secret: string): Promise<string> {
  const key = await deriveKey(env, 'token-pepper');
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(secret));
  return hex(new Uint8Array(mac));
}

/** All that a secret may be kept as: under ROOT_KEY, and while that is being turned under the key before. */
export async function secretHashes(env: KeyEnv, secret: string): Promise<[string, ...string[]]> {
  const hash = await hashSecret(env, secret);
  const { ROOT_KEY_PREVIOUS } = env;
  if (!ROOT_KEY_PREVIOUS) return [hash];
  return [hash, await hashSecret({ ROOT_KEY: ROOT_KEY_PREVIOUS }, secret)];
}

/** What `look` finds by the first of these hashes that it finds anything by. One look where no key is being turned. */
export async function findBySecret<T>(
  env: KeyEnv,
  secret: string,
  look: (hash: string) => Promise<T | null>,
): Promise<T | null> {
  return firstOf(await secretHashes(env, secret), look);
}

/** The same, where the hashes are known. */
export async function firstOf<T>(
  hashes: readonly string[],
  look: (hash: string) => Promise<T | null>,
): Promise<T | null> {
  for (const hash of hashes) {
    const found = await look(hash);
    if (found !== null) return found;
  }
  return null;
}

/** What is shown of a secret once it is kept as a hash: its type, its first four and its last four characters. */
export function hintOf(secret: string): string {
  const at = secret.lastIndexOf('_') + 1;
  return `${secret.slice(0, at + 4)}…${secret.slice(-4)}`;
}
