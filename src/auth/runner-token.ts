// A runner's token at rest: HMAC-SHA-256 under the pepper of the deployment, in hex. A stolen table
// without ROOT_KEY tells nothing, and the hash can be looked up by an index.

import { hex } from './id.ts';
import { deriveKey, type KeyEnv } from './keys.ts';

export async function hashRunnerToken(env: KeyEnv, token: string): Promise<string> {
  const key = await deriveKey(env, 'token-pepper');
  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(token));
  return hex(new Uint8Array(mac));
}
