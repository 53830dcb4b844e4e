// Sign-ins: how one is made and what it replaces; the ways back in; and the lists that a person sees of their own.

import { INVALID_CREDENTIAL } from '../auth/credential-facts.ts';
import { standingOf } from '../auth/memberships.ts';
import { newSignin } from '../auth/new-signin.ts';
import { readRecoveryCode } from '../auth/recovery-code.ts';
import { findBySecret } from '../auth/secret-hash.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { RecoveryBody, Signin } from '../contract/signin.ts';
import { platformDb } from '../db/database.ts';
import { findRecovering, useRecoveryCode } from '../db/recovery-codes.ts';
import {
  endSignin,
  insertSigninAfter,
  listSignins,
  type SigninRow,
  trimSignins,
} from '../db/signins.ts';
import { closeSockets } from './close-sockets.ts';
import { commit, type Deed } from './effect.ts';
import { type Admitted, askOfPerson, type Visit } from './visit.ts';

const FRESH_MS = 300_000;

/** One answer to everything that does not prove who somebody is, known or unknown. */
export const INVALID = INVALID_CREDENTIAL;
export const UNKNOWN = refuse('unauthorized', 'This needs a sign-in.');
const SETUP_ONLY = refuse(
  'insufficient_user_authentication',
  'Register a passkey first: this sign-in can do nothing else.',
);
const STALE = refuse(
  'insufficient_user_authentication',
  'This needs a sign-in that is at most five minutes old.',
);

export interface Admission<T> {
  /** What `newSignin` has made. */
  readonly signin: { readonly cookie: string; readonly row: SigninRow };
  /** What it follows from: where the first changes nothing, nobody is signed in. Each has to change a row. */
  readonly before: readonly [D1PreparedStatement, ...D1PreparedStatement[]];
  readonly action: string;
  readonly target?: Deed['target'];
  readonly body: T;
  /** Somebody whom `before` makes. */
  readonly newcomer?: { readonly id: string; readonly name: string };
}

/** Signs the browser in, in one batch with what that follows from; the sign-in that it had before ends. */
export async function admitBrowser<T>(
  visit: Visit,
  { signin, before, action, target, body, newcomer }: Admission<T>,
): Promise<Result<Admitted<T>>> {
  const { env, now } = visit;
  const { row, cookie } = signin;
  const person = newcomer
    ? ok(newcomer)
    : await standingOf(env, row.userId, { nowMs: now, fresh: true });
  if (!person.ok) return person;
  if (person.value === null) return INVALID;
  const db = platformDb(env);
  const ask = askOfPerson(visit, person.value, { kind: 'signin', id: row.id });
  const done = await commit(ask, {
    statements: [...before, insertSigninAfter(db, row)],
    deed: { projectId: null, action, target: target ?? { type: 'signin', id: row.id } },
    reply: { status: 204, body: null },
  });
  if (done === null) return INVALID;
  if (!done.ok) return done;
  const { signin: old } = visit;
  if (old !== null) await endSignin(db, old.userId, old.id).run();
  const trimmed = await trimSignins(db, row.userId, now);
  await closeSockets(env, [...(old === null ? [] : [old.id]), ...trimmed]);
  return ok({ cookie, body });
}

/** Lets a person in by one of the codes that they were shown with their first passkey. */
export async function recover(visit: Visit, body: RecoveryBody): Promise<Result<Admitted>> {
  const { env, now, browser } = visit;
  const code = readRecoveryCode(body.code);
  if (code === null) return INVALID;
  const db = platformDb(env);
  const found = await findBySecret(env, code, async (hash) => {
    const person = await findRecovering(db, hash, body.email);
    return person && { hash, userId: person.id };
  });
  if (found === null) return INVALID;
  const { hash, userId } = found;
  const wish = { userId, browser, amr: ['otp'] };
  return admitBrowser(visit, {
    signin: await newSignin(env, wish, now),
    before: [useRecoveryCode(db, hash, now)],
    action: 'signin.recovered',
    body: null,
  });
}

/** The sign-in that may see and change the person's own ways in. */
export function accountOf({ signin }: Visit): Result<SigninRow> {
  if (signin === null) return UNKNOWN;
  return signin.setup ? SETUP_ONLY : ok(signin);
}

/** For what must not be done by somebody who finds a browser open (RFC 9470). */
export const checkFresh = ({ now }: Visit, signin: SigninRow): Result<SigninRow> =>
  now - signin.authTime > FRESH_MS ? STALE : ok(signin);

/** Ends this browser's sign-in, if it has one. */
export async function signOut(visit: Visit): Promise<Result<null>> {
  return visit.signin === null ? ok(null) : end(visit, visit.signin, visit.signin.id);
}

/** Ends one of the person's sign-ins, here or elsewhere. */
export async function endSigninOf(visit: Visit, id: string): Promise<Result<null>> {
  const mine = accountOf(visit);
  return mine.ok ? end(visit, mine.value, id) : mine;
}

async function end(visit: Visit, mine: SigninRow, id: string): Promise<Result<null>> {
  const { env, now } = visit;
  const standing = await standingOf(env, mine.userId, { nowMs: now });
  if (!standing.ok) return standing;
  const person = standing.value ?? { id: mine.userId, name: mine.userId };
  const done = await commit(askOfPerson(visit, person, { kind: 'signin', id: mine.id }), {
    statements: [endSignin(platformDb(env), mine.userId, id)],
    deed: { projectId: null, action: 'signin.ended', target: { type: 'signin', id } },
    reply: { status: 204, body: null },
  });
  if (done === null) return refuse('not_found', 'Sign-in not found');
  if (!done.ok) return done;
  await closeSockets(env, [id]);
  return ok(null);
}

/** The person's sign-ins that live, newest first. */
export async function listSigninsOf(visit: Visit): Promise<Result<readonly Signin[]>> {
  const mine = accountOf(visit);
  if (!mine.ok) return mine;
  const rows = await listSignins(platformDb(visit.env), mine.value.userId, visit.now);
  return ok(rows.map((row) => viewOf(row, mine.value.id)));
}

const viewOf = (row: SigninRow, currentId: string): Signin => ({
  id: row.id,
  current: row.id === currentId,
  amr: [...row.amr],
  authenticatedAt: new Date(row.authTime).toISOString(),
  createdAt: new Date(row.createdAt).toISOString(),
  idleUntil: new Date(row.idleUntil).toISOString(),
  expiresAt: new Date(row.expiresAt).toISOString(),
  userAgent: row.agent,
  ipPrefix: row.ipPrefix,
});
