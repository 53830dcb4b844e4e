// A secret at rest: HMAC-SHA-256 under the pepper of the deployment, in hex. A stolen table without ROOT_KEY tells
// nothing, and the hash can be looked up by an index.

import { hex } from './id.ts';
import { deriveKey, type KeyEnv } from './keys.ts';

export async function hashSecret(env: KeyEnv, secret: string): Promise<string> {
  const key = await deriveKey(env, 'token-pepper');
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(secret));
  return hex(new Uint8Array(mac));
}

/** What is shown of a secret once it is kept as a hash: its type, its first four and its last four characters. */
export function hintOf(secret: string): string {
  const at = secret.lastIndexOf('_') + 1;
  return `${secret.slice(0, at + 4)}…${secret.slice(-4)}`;
}
