// Which tokens are dead before they expire. Each isolate holds the set of the last minutes in memory and reads it anew
// once it is 15 s old, so a revoked token is refused after 15 s at the latest; at once where it was revoked, and where
// a request asks for what is fresh.

import type { AccessClaims } from '../contract/access-token.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { logLine } from '../contract/log-line.ts';
import { ACCESS_TOKEN_S, LEEWAY_S } from '../contract/token-timing.ts';
import { platformDb } from '../db/database.ts';
import {
  findRevocations,
  insertRevocation,
  insertRevocationAfter,
  type Revoked,
} from '../db/revocations.ts';
import { newId } from './id.ts';
import type { LookupEnv } from './lookup.ts';

export type { Revoked } from '../db/revocations.ts';

const KEEP_MS = 15_000;
const LIFE_MS = (ACCESS_TOKEN_S + LEEWAY_S) * 1000;
const RETRY_MS = 5_000;
/**
 * What never comes to life again. A token that was under way when its grant ended may say that it was issued a moment
 * later, by the clock of another isolate.
 */
const FOR_GOOD = /^(jti|grant) /;

let known: { readonly dead: Map<string, number>; readonly readAt: number } | undefined;
let failedAt = 0;

const UNAVAILABLE = refuse('unavailable', 'The credential cannot be checked at the moment.');

/** A statement for the batch of what ends it. Call `forgetRevoked` once the batch is written. */
export const revoke = (db: D1Database, revoked: Revoked, now: number): D1PreparedStatement =>
  insertRevocation(db, { ...revoked, id: newId('rev', now), now });

/** The same, chained: only where the statement before it in the batch has changed a row. */
export const revokeAfter = (db: D1Database, revoked: Revoked, now: number): D1PreparedStatement =>
  insertRevocationAfter(db, { ...revoked, id: newId('rev', now), now });

/** This isolate believes it no longer, from now on. */
export function forgetRevoked({ kind, subject }: Revoked, now: number): void {
  known?.dead.set(`${kind} ${subject}`, now);
}

/**
 * Whether a token was revoked. While D1 is away, an agent's token is judged by what is known, for its lease and epoch are
 * checked by the task; all others are refused with `unavailable` once that is older than 15 s.
 */
export async function isRevoked(
  env: LookupEnv,
  claims: AccessClaims,
  { nowMs, fresh = false }: { readonly nowMs: number; readonly fresh?: boolean | undefined },
): Promise<Result<boolean>> {
  const isOld = known === undefined || Math.abs(nowMs - known.readAt) > KEEP_MS;
  const isRead = fresh || isOld ? await reload(env, nowMs) : true;
  if (!isRead && claims.ptype !== 'agent') return UNAVAILABLE;
  const issuedAt = claims.iat * 1000;
  const isDead = (name: string): boolean => {
    const at = known?.dead.get(name);
    return at !== undefined && (FOR_GOOD.test(name) || at >= issuedAt);
  };
  return ok(deathsOf(claims).some(isDead));
}

/** What a token dies with, as kind and subject of a revocation. */
export function deathsOf({ jti, par = [], grt, client_id, sub }: AccessClaims): readonly string[] {
  const grants = grt === undefined ? [] : [`grant ${grt}`];
  return [`jti ${jti}`, `client ${client_id}`, `principal ${sub}`, ...grants, ...par];
}

/** False where D1 is away. */
async function reload(env: LookupEnv, nowMs: number): Promise<boolean> {
  if (Math.abs(nowMs - failedAt) < RETRY_MS) return false;
  try {
    const dead = new Map<string, number>();
    for (const { kind, subject, notBefore } of await findRevocations(
      platformDb(env),
      nowMs - LIFE_MS,
    )) {
      const name = `${kind} ${subject}`;
      dead.set(name, Math.max(notBefore, dead.get(name) ?? 0));
    }
    known = { dead, readAt: nowMs };
    return true;
  } catch (error) {
    failedAt = nowMs;
    console.error(logLine({ level: 'error', message: 'D1 is away', error: String(error) }));
    return false;
  }
}
