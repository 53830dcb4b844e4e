// Questions that a person has not answered yet: rows of the table `ceremonies` with the purpose `consent`. The column
// `challenge` holds the sign-in that was shown the question, so that no other can answer it.

export interface ConsentRow {
  readonly id: string;
  /** Null until somebody who is signed in has seen it. */
  readonly userId: string | null;
  /** Empty until then. */
  readonly signinId: string;
  /** JSON. */
  readonly data: string;
  readonly expiresAt: number;
}

const INSERT = `INSERT INTO ceremonies (id, purpose, challenge, user_id, data, expires_at)
  VALUES (?1, 'consent', ?2, ?3, ?4, ?5)`;
const OPEN = `id = ?1 AND purpose = 'consent' AND used_at IS NULL AND expires_at > ?2`;
const FIND = `SELECT id, user_id AS userId, challenge AS signinId, data, expires_at AS expiresAt
  FROM ceremonies WHERE ${OPEN}`;
const BIND = `UPDATE ceremonies SET user_id = ?3, challenge = ?4
  WHERE ${OPEN} AND (user_id IS NULL OR user_id = ?3)`;
const USE = `UPDATE ceremonies SET used_at = ?2 WHERE ${OPEN} AND challenge = ?3`;

export const insertConsent = (db: D1Database, row: ConsentRow): D1PreparedStatement =>
  db.prepare(INSERT).bind(row.id, row.signinId, row.userId, row.data, row.expiresAt);

/** Null for one that is unknown, answered or too old. */
export const findConsent = (db: D1Database, id: string, now: number): Promise<ConsentRow | null> =>
  db.prepare(FIND).bind(id, now).first<ConsentRow>();

/** Shows it to a sign-in: that one may answer it. False where another person has seen it already. */
export async function bindConsent(
  db: D1Database,
  id: string,
  to: { readonly userId: string; readonly signinId: string },
  now: number,
): Promise<boolean> {
  const { meta } = await db.prepare(BIND).bind(id, now, to.userId, to.signinId).run();
  return meta.changes > 0;
}

/** Answers it, once. It changes no row where that sign-in may not, or where it was answered already. */
export const useConsent = (
  db: D1Database,
  id: string,
  signinId: string,
  now: number,
): D1PreparedStatement => db.prepare(USE).bind(id, now, signinId);
