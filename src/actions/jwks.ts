import type { LookupEnv } from '../auth/lookup.ts';
import { keyRing } from '../auth/signing-keys.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { Jwks } from '../contract/jwks.ts';

/** The keys by which others can check our tokens. */
export async function readJwks(env: LookupEnv, now: number): Promise<Result<Jwks>> {
  const ring = await keyRing(env, now);
  if (ring === null) return refuse('unavailable', 'The keys cannot be read at the moment.');
  return ok(Jwks.parse({ keys: ring.jwks }));
}
