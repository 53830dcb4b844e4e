// A change of what lies in D1: the effect, its audit row and the answer under its Idempotency-Key in one batch, so that
// all of it happens or none of it, and once.

import { newId } from '../auth/id.ts';
import { ok, type Refusal, type Result, refuse } from '../contract/error.ts';
import { logLine } from '../contract/log-line.ts';
import type { Happening } from '../contract/platform-event.ts';
import { KEPT_CHARS_MAX, type Reply } from '../contract/reply.ts';
import { type AuditRow, auditAfter, auditDenied, auditOnce } from '../db/audit.ts';
import { ProjectDb, platformDb } from '../db/database.ts';
import {
  expireReply,
  findReply,
  isTaken,
  replyAfter,
  type StoredReply,
} from '../db/idempotency.ts';
import { outboxAfter } from '../db/outbox.ts';
import { redactMembers } from '../domain/redact.ts';
import { projectDoor } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';

/** What an audit row says beside who and when. */
export interface Deed {
  readonly projectId: string | null;
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly environment?: string | undefined;
  readonly changes?: { readonly before: unknown; readonly after: unknown };
}

export interface Effect<T> {
  /**
   * The first decides: where it changes no row, nothing else happens. Each further one has to change a row or to
   * be unconditional, for the audit row follows the last of them.
   */
  readonly statements: readonly [D1PreparedStatement, ...D1PreparedStatement[]];
  readonly deed: Deed;
  /** What the project is told of it: webhooks hear it, and objects that work by what was changed. */
  readonly tells?: readonly Happening[];
  readonly reply: Reply<T>;
}

const MISMATCH = refuse(
  'idempotency_mismatch',
  'This Idempotency-Key was used with another request.',
);

export function auditRowOf(ask: Ask, deed: Deed, outcome: AuditRow['outcome'] = 'ok'): AuditRow {
  const { actor, credential } = ask;
  return {
    id: newId('aud', ask.now),
    projectId: deed.projectId,
    at: ask.now,
    actor: { id: actor.id, kind: actor.kind, name: actor.name },
    credential: { kind: credential.kind, id: credential.id },
    action: deed.action,
    target: deed.target,
    environment: deed.environment ?? null,
    outcome,
    requestId: ask.requestId,
    ip: ask.ipPrefix,
    changes: deed.changes ? redactMembers(deed.changes) : null,
  };
}

/**
 * Does the effect, or answers what it was answered before. `null`: the first statement changed nothing, and so
 * nothing has happened; the caller knows why that may be.
 */
export async function commit<T>(ask: Ask, effect: Effect<T>): Promise<Result<Reply<T>> | null> {
  const db = platformDb(ask.env);
  const { statements, deed, reply } = effect;
  const { idempotency, now } = ask;
  const stored = idempotency && storedReply(idempotency.fingerprint, reply);
  const batch = [
    ...(idempotency && stored ? [expireReply(db, idempotency.k, now)] : []),
    ...statements,
    ...tellings(ask, effect),
    auditAfter(db, auditRowOf(ask, deed)),
    ...(idempotency && stored ? [replyAfter(db, idempotency.k, stored, now)] : []),
  ];
  try {
    const results = await db.batch(batch);
    const first = results[idempotency && stored ? 1 : 0];
    if (first === undefined || first.meta.changes === 0) return null;
    if (effect.tells !== undefined) relayLater(ask, deed.projectId);
    return ok(reply);
  } catch (error) {
    if (!isTaken(error)) throw error;
    return (await replayOf<T>(ask)) ?? refuse('conflict', 'Another request was faster.');
  }
}

function tellings<T>({ env }: Ask, { deed, tells = [] }: Effect<T>): D1PreparedStatement[] {
  if (deed.projectId === null) return [];
  const db = new ProjectDb(env, deed.projectId);
  return tells.map((happening) => outboxAfter(db, happening));
}

/** The answer does not wait for it; the cron takes what is left lying. */
function relayLater({ env, later }: Ask, projectId: string | null): void {
  if (projectId !== null) later(projectDoor(env, projectId, 'events').relay());
}

/**
 * Answers a repeated request as the first was answered, and does the work only if there was none. It is called once the
 * right of the caller is known: a key opens nothing.
 */
export async function once<T>(
  ask: Ask,
  work: () => Promise<Result<Reply<T>>>,
): Promise<Result<Reply<T>>> {
  return (await replayOf<T>(ask)) ?? work();
}

async function replayOf<T>(ask: Ask): Promise<Result<Reply<T>> | null> {
  const { idempotency, now } = ask;
  if (idempotency === null) return null;
  const stored = await findReply(platformDb(ask.env), idempotency.k, now);
  if (stored === null) return null;
  if (stored.fingerprint !== idempotency.fingerprint) return MISMATCH;
  if (stored.status >= 400) return { ok: false, refusal: JSON.parse(stored.body) as Refusal };
  return ok({
    // Our own bytes, written by `commit`.
    status: stored.status as Reply['status'],
    body: JSON.parse(stored.body) as T,
    headers: stored.headers,
    replayed: true,
  });
}

function storedReply(fingerprint: string, reply: Reply): StoredReply {
  const { status, body, headers = {}, secrets = [] } = reply;
  const text = JSON.stringify(secrets.length === 0 ? body : withoutSecrets(body, secrets));
  if (text.length <= KEPT_CHARS_MAX) return { fingerprint, status, headers, body: text };
  const told = JSON.stringify(doneBefore(headers['Location']));
  return { fingerprint, status: 409, headers: {}, body: told };
}

/** Of an answer that is too large to be kept it is kept that it was given: what is done must not be done again. */
const doneBefore = (place: string | undefined): Refusal =>
  refuse(
    'conflict',
    `The first request with this Idempotency-Key has done it. Its answer is too long to be repeated${
      place === undefined ? '.' : `: look at ${place}.`
    }`,
  ).refusal;

function withoutSecrets(body: unknown, secrets: readonly string[]): object {
  const hidden = Object.fromEntries(secrets.map((name) => [name, null]));
  return { ...(body as object), ...hidden, secretAlreadyShown: true };
}

/** For an effect that lies in an object: the row follows it. While D1 is away the log of the Worker keeps it instead. */
export async function auditBehind(ask: Ask, deed: Deed): Promise<void> {
  const row = auditRowOf(ask, deed);
  try {
    await auditOnce(platformDb(ask.env), row).run();
  } catch (error) {
    const message = 'An audit row is not in D1';
    console.error(logLine({ level: 'error', message, row, error: String(error) }));
  }
}

/** Writes down what was refused, ten a minute of each principal. There is no effect that it could go with. */
export async function auditDenial(ask: Ask, deed: Deed): Promise<void> {
  const db = platformDb(ask.env);
  await auditDenied(db, auditRowOf(ask, deed, 'denied')).run();
}
