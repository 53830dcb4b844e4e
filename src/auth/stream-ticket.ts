// Tickets for sockets: a browser cannot send a header with an upgrade, and a token has no place in a URL.

import { ok, type Result, refuse } from '../contract/error.ts';
import type { Caller } from '../contract/principal.ts';
import { platformDb } from '../db/database.ts';
import { useTicket } from '../db/tickets.ts';
import { INVALID_CREDENTIAL } from './credential-facts.ts';
import type { LookupEnv } from './lookup.ts';
import { hasGoodChecksum } from './secret.ts';
import { findBySecret } from './secret-hash.ts';

const FOREIGN = refuse('forbidden_origin', 'The ticket was given to another page.');

export interface Admitted {
  readonly caller: Caller;
  /** The id of the task or the project that it is for. */
  readonly target: string;
}

/** Uses a ticket up. It is good once, for 30 s, on the page that asked for it. */
export async function redeemTicket(
  env: LookupEnv,
  ticket: string,
  { origin, nowMs }: { readonly origin: string | undefined; readonly nowMs: number },
): Promise<Result<Admitted>> {
  if (!hasGoodChecksum(ticket, 'wst')) return INVALID_CREDENTIAL;
  const stored = await findBySecret(env, ticket, (hash) => useTicket(platformDb(env), hash, nowMs));
  if (stored === null) return INVALID_CREDENTIAL;
  if (stored.origin !== (origin ?? null)) return FOREIGN;
  // Our own bytes, written when the ticket was made.
  return ok({ caller: JSON.parse(stored.caller) as Caller, target: stored.target });
}
