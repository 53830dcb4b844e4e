// Who guesses at a client's secret: after ten failures from one network in 15 minutes the client is locked for that
// network. Failures are counted in D1; that a lock holds, this isolate learns from its first failure and then keeps in
// memory, so that a good secret costs no second read. Secrets have 178 bits: the lock is against floods, not for luck.

import { platformDb } from '../db/database.ts';
import { countFailure } from '../db/failures.ts';
import type { LookupEnv } from './lookup.ts';
import { sha256Text } from './sha256.ts';

export interface Guesser {
  readonly clientId: string;
  readonly ipPrefix: string | null;
}

const FAILURES_MAX = 10;
const SPAN_MS = 900_000;
const ENTRIES_MAX = 10_000;
const locked = new Map<string, number>();

const nameOf = async ({ clientId, ipPrefix }: Guesser): Promise<string> =>
  `client ${await sha256Text(clientId)} ${ipPrefix ?? ''}`;

/** Until when this network may not try this client, in milliseconds; null where it may. */
export async function lockedUntil(guesser: Guesser, nowMs: number): Promise<number | null> {
  if (locked.size === 0) return null;
  const until = locked.get(await nameOf(guesser));
  return until !== undefined && until > nowMs ? until : null;
}

/** Writes down that the guesser was wrong. */
export async function noteFailure(env: LookupEnv, guesser: Guesser, nowMs: number): Promise<void> {
  const k = await nameOf(guesser);
  const { count, until } = await countFailure(platformDb(env), k, { now: nowMs, spanMs: SPAN_MS });
  if (count < FAILURES_MAX) return;
  if (locked.size >= ENTRIES_MAX) locked.clear();
  locked.set(k, until);
}
