// Which person a sign-in cookie belongs to. The sign-in is looked up in D1 each time, so that one that was ended is over
// at once.

import { ok, type Result, refuse } from '../contract/error.ts';
import { logLine } from '../contract/log-line.ts';
import { type Caller, SCOPES } from '../contract/principal.ts';
import { platformDb } from '../db/database.ts';
import { findSignin, type SigninRow, touchSignin } from '../db/signins.ts';
import type { Standing } from '../db/standing.ts';
import { type CredentialFacts, INVALID_CREDENTIAL } from './credential-facts.ts';
import type { LookupEnv } from './lookup.ts';
import { standingOf } from './memberships.ts';
import { isFromForeignPage, isFromOwnPage } from './own-page.ts';
import { publicOrigin } from './public-origin.ts';
import { findBySecret } from './secret-hash.ts';
import { hasCookieForm, IDLE_MS } from './signin-cookie.ts';

/** How stale the end of idleness may become before it is written anew. */
const TOUCH_MS = 5 * 60_000;
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

const FOREIGN = refuse('forbidden_origin', 'A sign-in counts for pages of this server only.');
const UNAVAILABLE = refuse('unavailable', 'The credential cannot be checked at the moment.');
const SETUP_ONLY = refuse(
  'insufficient_user_authentication',
  'Register a passkey first: this sign-in can do nothing else.',
);

/** The caller of a request with this cookie. One that can only register a passkey is refused. */
export async function signinCaller(
  env: LookupEnv,
  facts: CredentialFacts,
  cookie: string,
): Promise<Result<Caller>> {
  const found = await findSigninOf(env, facts, cookie);
  if (!found.ok) return found;
  if (found.value.setup) return SETUP_ONLY;
  const { userId, id, authTime, expiresAt } = found.value;
  const standing = await standingOf(env, userId, facts);
  if (!standing.ok) return standing;
  if (standing.value === null) return INVALID_CREDENTIAL;
  const credential = { kind: 'signin', id, authTimeMs: authTime, expiresAtMs: expiresAt } as const;
  return ok({ actor: actorOf(standing.value), credential });
}

/** The sign-in of a cookie, also one that can only register a passkey; refused for what a foreign page asks. */
export async function findSigninOf(
  env: LookupEnv,
  facts: CredentialFacts,
  cookie: string,
): Promise<Result<SigninRow>> {
  const own = publicOrigin(env, facts.url ?? '');
  const mayCount = READS.has(facts.method ?? 'GET')
    ? !isFromForeignPage(facts, own)
    : isFromOwnPage(facts, own);
  if (!mayCount) return FOREIGN;
  if (!hasCookieForm(cookie)) return INVALID_CREDENTIAL;
  const { nowMs } = facts;
  const db = platformDb(env);
  try {
    const row = await findBySecret(env, cookie, (hash) => findSignin(db, hash, nowMs));
    if (row === null) return INVALID_CREDENTIAL;
    const isStale = !row.setup && row.idleUntil < nowMs + IDLE_MS - TOUCH_MS;
    if (isStale) await touchSignin(db, row.hash, nowMs + IDLE_MS).run();
    return ok(row);
  } catch (error) {
    console.error(logLine({ level: 'error', message: 'D1 is away', error: String(error) }));
    return UNAVAILABLE;
  }
}

const actorOf = ({ id, name, roles, defaultProjectId }: Standing): Caller['actor'] => ({
  id,
  name,
  kind: 'person',
  scopes: SCOPES,
  projects: roles,
  defaultProjectId,
  open: false,
});
