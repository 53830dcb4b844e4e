// Access tokens: JWTs of RFC 9068, signed with a key of the ring.

import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import { AccessClaims } from '../contract/access-token.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { ACCESS_TOKEN_S, LEEWAY_S } from '../contract/token-timing.ts';
import { INVALID_CREDENTIAL } from './credential-facts.ts';
import type { LookupEnv } from './lookup.ts';
import { ALGORITHMS, type Signer, verifierOf } from './signing-keys.ts';

const TYPE = 'at+jwt';
const LENGTH_MAX = 8_192;
/**
 * Three parts, and a signature whose last character has no unused bits set: else four spellings of one signature would
 * pass (RFC 4648 §3.5). Signatures of both algorithms leave one byte over after their triples.
 */
const FORM = /^[\w-]+\.[\w-]+\.[\w-]+[AQgw]$/;
/** Nothing else is believed in a header: no `jku`, `x5u`, `jwk`, `crit` (RFC 8725 §3.10). */
const HEADER_MEMBERS: ReadonlySet<string> = new Set(['alg', 'typ', 'kid']);

/**
 * Tokens whose signature was found good in this isolate. A signature does not change; whether its key is still believed, its
 * time, and all else that may change is looked at each time.
 */
const verified = new Map<string, AccessClaims>();
const VERIFIED_MAX = 5_000;

const EXPIRED = refuse('invalid_token', 'The access token expired');
const UNAVAILABLE = refuse('unavailable', 'The credential cannot be checked at the moment.');

/** Signs; `exp` is at most 600 s after `iat`. */
export function mintAccessToken(signer: Signer, claims: AccessClaims): Promise<string> {
  const { alg, kid, key } = signer;
  return new SignJWT({ ...claims }).setProtectedHeader({ alg, typ: TYPE, kid }).sign(key);
}

/**
 * What a token says that was signed here and is valid now. Whether it was meant for what is asked, is bound to a key or
 * was revoked, is not looked at.
 */
export async function verifyAccessToken(
  env: LookupEnv,
  token: string,
  nowMs: number,
): Promise<Result<AccessClaims>> {
  const header = readHeader(token);
  if (header === null) return INVALID_CREDENTIAL;
  const verifier = await verifierOf(env, header.kid, nowMs);
  if (verifier === null) return UNAVAILABLE;
  if (verifier === undefined || verifier.alg !== header.alg) return INVALID_CREDENTIAL;
  const known = verified.get(token);
  if (known !== undefined && isInTime(known, nowMs)) return ok(known);
  try {
    const { payload } = await jwtVerify(token, verifier.key, {
      algorithms: [...ALGORITHMS],
      typ: TYPE,
      currentDate: new Date(nowMs),
      clockTolerance: LEEWAY_S,
      maxTokenAge: ACCESS_TOKEN_S,
    });
    const claims = AccessClaims.safeParse(payload);
    if (!claims.success) return INVALID_CREDENTIAL;
    if (verified.size >= VERIFIED_MAX) verified.clear();
    verified.set(token, claims.data);
    return ok(claims.data);
  } catch (error) {
    return error instanceof errors.JWTExpired ? EXPIRED : INVALID_CREDENTIAL;
  }
}

/** Well within its time: what is near either end is judged by the library. */
const isInTime = ({ iat, exp }: AccessClaims, nowMs: number): boolean =>
  nowMs >= iat * 1000 && nowMs < exp * 1000;

function readHeader(token: string): { readonly alg: string; readonly kid: string } | null {
  if (token.length > LENGTH_MAX || !FORM.test(token)) return null;
  try {
    const header = decodeProtectedHeader(token);
    const { alg, kid, typ } = header;
    if (!Object.keys(header).every((name) => HEADER_MEMBERS.has(name))) return null;
    const isOurs = typeof alg === 'string' && typeof kid === 'string' && typ === TYPE;
    return isOurs ? { alg, kid } : null;
  } catch {
    return null;
  }
}
