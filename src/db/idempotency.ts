// The table `idempotency`: what a request with an Idempotency-Key was answered, for 24 hours.

import { KEPT_MS } from '../contract/reply.ts';

export interface StoredReply {
  readonly fingerprint: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const FIND = `SELECT fingerprint, status, headers, body FROM idempotency WHERE k = ?1 AND created_at > ?2`;
const EXPIRE = 'DELETE FROM idempotency WHERE k = ?1 AND created_at <= ?2';
const VALUES = '?1, ?2, ?3, ?4, ?5, ?6';
const INSERT = `INSERT INTO idempotency (k, fingerprint, status, headers, body, created_at)`;
const FOLLOW = `${INSERT} SELECT ${VALUES} WHERE changes() > 0`;
const KEEP = `${INSERT} VALUES (${VALUES}) ON CONFLICT (k) DO NOTHING`;

export async function findReply(
  db: D1Database,
  k: string,
  now: number,
): Promise<StoredReply | null> {
  const row = await db
    .prepare(FIND)
    .bind(k, now - KEPT_MS)
    .first<Omit<StoredReply, 'headers'> & { headers: string }>();
  // Our own bytes, written below.
  return row && { ...row, headers: JSON.parse(row.headers) as Record<string, string> };
}

const valuesOf = (k: string, reply: StoredReply, now: number) =>
  [k, reply.fingerprint, reply.status, JSON.stringify(reply.headers), reply.body, now] as const;

/** Makes room for a key whose day is over; goes before the others of its batch. */
export const expireReply = (db: D1Database, k: string, now: number): D1PreparedStatement =>
  db.prepare(EXPIRE).bind(k, now - KEPT_MS);

/** For the end of a batch: written only if the statement before has changed a row. A key that is taken undoes the batch. */
export const replyAfter = (
  db: D1Database,
  k: string,
  reply: StoredReply,
  now: number,
): D1PreparedStatement => db.prepare(FOLLOW).bind(...valuesOf(k, reply, now));

/** For a refusal that will be the same tomorrow: nothing has happened that it could be written with. */
export async function keepRefusal(
  db: D1Database,
  k: string,
  reply: StoredReply,
  now: number,
): Promise<void> {
  await db.batch([expireReply(db, k, now), db.prepare(KEEP).bind(...valuesOf(k, reply, now))]);
}

/** Whether a batch was undone because another request with the same key was faster. */
export const isTaken = (error: unknown): boolean =>
  error instanceof Error && /UNIQUE constraint failed: idempotency\.k/.test(error.message);
