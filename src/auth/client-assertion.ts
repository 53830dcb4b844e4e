// Clients that show a signature instead of a secret: private_key_jwt (RFC 7523 §3). The audience is our issuer as one
// string: an assertion for the token endpoint could have been made for a server that only claims to be us.

import { decodeJwt, decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose';
import { LEEWAY_S } from '../contract/token-timing.ts';
import { platformDb } from '../db/database.ts';
import { useOnce } from '../db/used-jti.ts';
import { clientKeys } from './client-keys.ts';
import type { LookupEnv } from './lookup.ts';
import type { OAuthClient } from './oauth-client.ts';
import { sha256Text } from './sha256.ts';

const ALGORITHMS: readonly string[] = ['ES256', 'RS256', 'EdDSA'];
const LENGTH_MAX = 8_192;
const JTI_LENGTH_MAX = 256;
const LIFE_MS = 300_000;
const KEYS_MAX = 10;

/** Who an assertion says it is from, unproven; null where it says nothing. */
export function assertedClientId(assertion: string): string | null {
  if (assertion.length > LENGTH_MAX) return null;
  try {
    const { sub } = decodeJwt(assertion);
    return typeof sub === 'string' && sub !== '' && sub.length <= 2_048 ? sub : null;
  } catch {
    return null;
  }
}

interface Assertion {
  readonly client: OAuthClient;
  readonly assertion: string;
  readonly issuer: string;
  readonly nowMs: number;
}

/** Whether the client has signed this, for us, a moment ago, and shows it for the first time. */
export async function checkAssertion(env: LookupEnv, asked: Assertion): Promise<boolean> {
  const { client, assertion, nowMs } = asked;
  if (client.authMethod !== 'private_key_jwt' || assertion.length > LENGTH_MAX) return false;
  const keys = await candidateKeys(env, asked);
  for (const key of keys) {
    const verified = await verify(key, asked);
    if (verified === null) continue;
    const k = `assertion ${await sha256Text(`${client.id} ${verified.jti}`)}`;
    return useOnce(platformDb(env), k, nowMs + LIFE_MS + 2 * LEEWAY_S * 1000);
  }
  return false;
}

/** Those of the client's keys that can have signed it: by `kid` where it names one. */
async function candidateKeys(
  env: LookupEnv,
  { client, assertion, nowMs }: Assertion,
): Promise<readonly JWK[]> {
  const header = headerOf(assertion);
  if (header === null) return [];
  const { kid } = header;
  const keys = await clientKeys(env, client, { nowMs, kid });
  const named = kid === undefined ? keys : keys.filter((key) => key.kid === kid);
  return named.slice(0, KEYS_MAX);
}

function headerOf(assertion: string): { readonly alg: string; readonly kid?: string } | null {
  try {
    const { alg, kid } = decodeProtectedHeader(assertion);
    if (alg === undefined || !ALGORITHMS.includes(alg)) return null;
    return kid === undefined ? { alg } : { alg, kid };
  } catch {
    return null;
  }
}

async function verify(
  jwk: JWK,
  { client, assertion, issuer, nowMs }: Assertion,
): Promise<{ readonly jti: string } | null> {
  try {
    const { alg = '' } = decodeProtectedHeader(assertion);
    const key = await importJWK(jwk, alg);
    if (key instanceof Uint8Array || key.type !== 'public') return null;
    const { payload } = await jwtVerify(assertion, key, {
      algorithms: [...ALGORITHMS],
      issuer: client.id,
      subject: client.id,
      currentDate: new Date(nowMs),
      clockTolerance: LEEWAY_S,
      requiredClaims: ['exp', 'jti'],
    });
    const { aud, exp = 0, jti } = payload;
    const isShort = exp * 1000 <= nowMs + LIFE_MS + LEEWAY_S * 1000;
    const isNamed = typeof jti === 'string' && jti !== '' && jti.length <= JTI_LENGTH_MAX;
    return aud === issuer && isShort && isNamed ? { jti } : null;
  } catch {
    return null;
  }
}
