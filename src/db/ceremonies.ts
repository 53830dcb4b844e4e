// The table `ceremonies`: challenges that a browser is to answer, each once.

export interface CeremonyRow {
  readonly id: string;
  readonly purpose: string;
  readonly challenge: string;
  /** Whom it is for; null where that is what the answer is to show. */
  readonly userId: string | null;
  /** What else has to be remembered, as text. */
  readonly data: string | null;
  readonly expiresAt: number;
}

const INSERT = `INSERT INTO ceremonies (id, purpose, challenge, user_id, data, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)`;
const CLEAR = 'DELETE FROM ceremonies WHERE expires_at <= ?1';
const TAKE = `UPDATE ceremonies SET used_at = ?2 WHERE id = ?1 AND used_at IS NULL AND expires_at > ?2
  RETURNING id, purpose, challenge, user_id AS userId, data, expires_at AS expiresAt`;

/** Keeps a ceremony, and clears away those whose time is over. */
export async function keepCeremony(db: D1Database, row: CeremonyRow, now: number): Promise<void> {
  const { id, purpose, challenge, userId, data, expiresAt } = row;
  await db.batch([
    db.prepare(CLEAR).bind(now),
    db.prepare(INSERT).bind(id, purpose, challenge, userId, data, expiresAt),
  ]);
}

/** The ceremony, for the first who asks; null for one that is unknown, over or taken. */
export function takeCeremony(db: D1Database, id: string, now: number): Promise<CeremonyRow | null> {
  return db.prepare(TAKE).bind(id, now).first<CeremonyRow>();
}
