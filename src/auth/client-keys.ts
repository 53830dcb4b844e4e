// The public keys of a client: as it registered them, or as it publishes them. Published ones are kept for five minutes in
// the memory of the isolate, and fetched anew for a key that is not among them, at most each half minute.

import type { JWK } from 'jose';
import type { LookupEnv } from './lookup.ts';
import type { OAuthClient } from './oauth-client.ts';
import { fetchPublic } from './outbound.ts';

interface Entry {
  readonly keys: readonly JWK[];
  readonly fetchedAt: number;
}

const LIMITS = { maxBytes: 65_536, timeoutMs: 5_000 } as const;
const KEEP_MS = 300_000;
const RETRY_MS = 30_000;
const ENTRIES_MAX = 1_000;
const known = new Map<string, Entry>();

/** None where they cannot be read: then nothing is proven by them. */
export async function clientKeys(
  env: LookupEnv,
  { jwks, jwksUri }: OAuthClient,
  { nowMs, kid }: { readonly nowMs: number; readonly kid: string | undefined },
): Promise<readonly JWK[]> {
  if (jwks !== null) return readKeys(jwks);
  if (jwksUri === null) return [];
  const entry = known.get(jwksUri);
  const age = entry === undefined ? Number.POSITIVE_INFINITY : nowMs - entry.fetchedAt;
  const hasIt = kid === undefined || entry?.keys.some((key) => key.kid === kid) === true;
  if (entry !== undefined && (age < RETRY_MS || (age < KEEP_MS && hasIt))) return entry.keys;
  const fetched = await fetchPublic(env, jwksUri, LIMITS);
  const isGood = fetched.ok && fetched.value.status === 200;
  const keys = isGood ? readKeys(fetched.value.text) : (entry?.keys ?? []);
  if (known.size >= ENTRIES_MAX) known.clear();
  known.set(jwksUri, { keys, fetchedAt: nowMs });
  return keys;
}

function readKeys(text: string): readonly JWK[] {
  try {
    const set: unknown = JSON.parse(text);
    if (typeof set !== 'object' || set === null || !('keys' in set)) return [];
    const { keys } = set;
    if (!Array.isArray(keys)) return [];
    // What a key is made of, its import checks.
    return keys.filter((key): key is JWK => typeof key === 'object' && key !== null);
  } catch {
    return [];
  }
}
