// Which person a personal access token belongs to. What D1 said of a token is kept in the memory of the isolate, 30 s for a
// good one and 5 s for a bad one; its expiry is looked at each time, and what its holder may do is that of the holder now.

import { isWithin } from '../contract/cidr.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { logLine } from '../contract/log-line.ts';
import type { Caller } from '../contract/principal.ts';
import { platformDb } from '../db/database.ts';
import { findPatByHash, type Pat, touchPat } from '../db/pats.ts';
import { type CredentialFacts, INVALID_CREDENTIAL } from './credential-facts.ts';
import type { LookupEnv } from './lookup.ts';
import { holderOf } from './pat-holder.ts';
import { firstOf, secretHashes } from './secret-hash.ts';

const GOOD_MS = 30_000;
const BAD_MS = 5_000;
const ENTRIES_MAX = 10_000;
const USE_NOTED_MS = 300_000;

/** Apart, so that guessing does not make the isolate forget the good ones. */
const good = new Map<string, { readonly pat: Pat; readonly until: number }>();
const bad = new Map<string, number>();
/** When the use of a token was last written from here. */
const noted = new Map<string, number>();

const UNAVAILABLE = refuse('unavailable', 'The credential cannot be checked at the moment.');
const IP_FORBIDDEN = refuse('ip_forbidden', 'The token may not be used from this address.');

/** The token's checksum is known to be good. */
export async function patCaller(
  env: LookupEnv,
  facts: CredentialFacts,
  token: string,
): Promise<Result<Caller>> {
  const { nowMs, fresh, ip } = facts;
  const found = await lookUp(env, await secretHashes(env, token), facts);
  if (!found.ok) return found;
  const pat = found.value;
  if (pat === null || pat.expiresAt <= nowMs) return INVALID_CREDENTIAL;
  if (!mayComeFrom(pat, ip)) return IP_FORBIDDEN;
  const holder = await holderOf(env, pat, { nowMs, fresh });
  if (!holder.ok) return holder;
  noteUse(env, pat, facts);
  return ok({
    actor: {
      ...holder.value,
      kind: 'person',
      scopes: pat.scopes,
      ...(pat.environments === null ? {} : { environments: pat.environments }),
      open: false,
    },
    credential: {
      kind: 'pat',
      id: pat.id,
      expiresAtMs: pat.expiresAt,
      apiVersion: pat.apiVersion,
      ...(pat.projectIds === null ? {} : { projectIds: pat.projectIds }),
      ...(pat.ratePerMinute === null ? {} : { ratePerMinute: pat.ratePerMinute }),
      ...(pat.ipCidrs === null ? {} : { isNetworked: true as const }),
    },
  });
}

/** Forgets what this isolate knows of tokens that are dead now. */
export function forgetPats(ids: readonly string[]): void {
  for (const [hash, { pat }] of good) if (ids.includes(pat.id)) good.delete(hash);
}

/** Null for one that is unknown or revoked. */
async function lookUp(
  env: LookupEnv,
  hashes: readonly [string, ...string[]],
  { nowMs, fresh = false }: CredentialFacts,
): Promise<Result<Pat | null>> {
  const [hash] = hashes;
  const known = good.get(hash);
  if (!fresh && known !== undefined && known.until > nowMs) return ok(known.pat);
  if (!fresh && (bad.get(hash) ?? 0) > nowMs) return ok(null);
  good.delete(hash);
  try {
    const pat = await firstOf(hashes, (one) => findPatByHash(platformDb(env), one));
    const isGood = pat !== null && pat.revokedAt === null;
    if (isGood) keep(good, hash, { pat, until: nowMs + GOOD_MS });
    else keep(bad, hash, nowMs + BAD_MS);
    return ok(isGood ? pat : null);
  } catch (error) {
    console.error(logLine({ level: 'error', message: 'D1 is away', error: String(error) }));
    return UNAVAILABLE;
  }
}

function keep<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= ENTRIES_MAX) map.clear();
  map.set(key, value);
}

/** A token for some networks is for no address where the platform does not say one. */
const mayComeFrom = ({ ipCidrs }: Pat, ip: string | undefined): boolean =>
  ipCidrs === null || (ip !== undefined && ipCidrs.some((network) => isWithin(ip, network)));

/** Nobody waits for it, and nothing is lost with it. */
function noteUse(env: LookupEnv, { id, lastUsedAt }: Pat, { nowMs, later }: CredentialFacts): void {
  const last = Math.max(lastUsedAt ?? 0, noted.get(id) ?? 0);
  if (later === undefined || nowMs - last < USE_NOTED_MS) return;
  keep(noted, id, nowMs);
  later(
    touchPat(platformDb(env), id, { now: nowMs, everyMs: USE_NOTED_MS }).catch((error: unknown) => {
      console.error(logLine({ level: 'warn', message: 'Use not noted', error: String(error) }));
    }),
  );
}
