// DPoP (RFC 9449): a token that only the holder of a key can use, and the proof that a request bears of it.

import { calculateJwkThumbprint, EmbeddedJWK, type JWK, type JWTPayload, jwtVerify } from 'jose';
import { ok, type Result, refuse } from '../contract/error.ts';
import { LEEWAY_S } from '../contract/token-timing.ts';
import { platformDb } from '../db/database.ts';
import { useOnce } from '../db/used-jti.ts';
import { isGoodNonce, newNonce } from './dpop-nonce.ts';
import type { LookupEnv } from './lookup.ts';
import { sha256Text } from './sha256.ts';

export const DPOP_ALGORITHMS = ['ES256', 'EdDSA'] as const;

export interface ProofFacts {
  /** The header `DPoP`. */
  readonly proof: string | undefined;
  readonly method: string;
  /** The URL that was asked, under the public origin. */
  readonly url: string;
  readonly nowMs: number;
  /** At a resource: the token that the proof comes with. */
  readonly accessToken?: string;
  /** Stands for the request, which may be looked at twice. */
  readonly request?: object | undefined;
}

const LENGTH_MAX = 4_096;
const JTI_LENGTH_MAX = 256;
const AGE_S = 120;
/** Longer than a proof is good for, on either side of its `iat`. */
const REMEMBER_MS = 2 * (AGE_S + LEEWAY_S) * 1000;

/** The proof that a request has used up, so that the same request may be looked at again. */
const spent = new WeakMap<object, string>();

const wrong = (why: string) => refuse('invalid_dpop_proof', `The DPoP proof ${why}.`);

/**
 * The thumbprint of the key that the request proves to hold. Refuses with `use_dpop_nonce` a proof that is good but for the
 * nonce, and bears the present one then.
 */
export async function checkProof(env: LookupEnv, facts: ProofFacts): Promise<Result<string>> {
  const { proof, nowMs } = facts;
  if (proof === undefined || proof.length > LENGTH_MAX) return wrong('is missing or too long');
  const verified = await verify(proof, nowMs);
  if (verified === null) return wrong('is malformed, stale or not signed by its key');
  const { jwk, payload } = verified;
  const fault = await faultOf(payload, facts);
  if (fault !== null) return wrong(fault);
  if (!(await isGoodNonce(env, payload['nonce'], nowMs))) {
    const dpopNonce = await newNonce(env, nowMs);
    return refuse('use_dpop_nonce', 'The DPoP proof needs the nonce we give.', { dpopNonce });
  }
  const jkt = await calculateJwkThumbprint(jwk);
  return (await isFirstUse(env, facts, `dpop ${jkt} ${await sha256Text(String(payload.jti))}`))
    ? ok(jkt)
    : wrong('was used before');
}

async function verify(proof: string, nowMs: number) {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: [...DPOP_ALGORITHMS],
      typ: 'dpop+jwt',
      currentDate: new Date(nowMs),
      clockTolerance: LEEWAY_S,
      maxTokenAge: AGE_S,
      requiredClaims: ['jti', 'htm', 'htu'],
    });
    // `EmbeddedJWK` has imported it as a public key.
    return { jwk: protectedHeader.jwk as JWK, payload };
  } catch {
    return null;
  }
}

async function faultOf(payload: JWTPayload, facts: ProofFacts): Promise<string | null> {
  const { jti } = payload;
  const { htm, htu, ath } = payload as Readonly<Record<string, unknown>>;
  const { method, url, accessToken } = facts;
  if (typeof jti !== 'string' || jti === '' || jti.length > JTI_LENGTH_MAX) return 'has no jti';
  if (htm !== method) return 'is for another method';
  if (typeof htu !== 'string' || placeOf(htu) !== placeOf(url)) return 'is for another URL';
  if (accessToken === undefined) return null;
  return ath === (await sha256Text(accessToken)) ? null : 'is for another token';
}

/** Without query and fragment (RFC 9449 §4.3). */
function placeOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

async function isFirstUse(
  env: LookupEnv,
  { request, nowMs }: ProofFacts,
  k: string,
): Promise<boolean> {
  if (request !== undefined && spent.get(request) === k) return true;
  if (!(await useOnce(platformDb(env), k, nowMs + REMEMBER_MS))) return false;
  if (request !== undefined) spent.set(request, k);
  return true;
}
