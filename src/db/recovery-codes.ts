// The table `recovery_codes`: each lets its person in once.

/** Chained: only where the statement before it has changed something. */
const INSERT = `INSERT INTO recovery_codes (hash, user_id) SELECT value, ?2 FROM json_each(?1) WHERE changes() > 0`;
const LEFT = 'SELECT COUNT(*) AS n FROM recovery_codes WHERE user_id = ?1 AND used_at IS NULL';
const OWNER = `SELECT u.id, u.name FROM recovery_codes r JOIN users u ON u.id = r.user_id
  WHERE r.hash = ?1 AND r.used_at IS NULL AND lower(u.email) = lower(?2) AND u.disabled_at IS NULL`;
const USE = 'UPDATE recovery_codes SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL';

export const insertRecoveryCodesAfter = (
  db: D1Database,
  userId: string,
  hashes: readonly string[],
): D1PreparedStatement => db.prepare(INSERT).bind(JSON.stringify(hashes), userId);

export async function countRecoveryCodes(db: D1Database, userId: string): Promise<number> {
  return (await db.prepare(LEFT).bind(userId).first<number>('n')) ?? 0;
}

/** The person whom this unused code and this address belong to. */
export function findRecovering(
  db: D1Database,
  hash: string,
  email: string,
): Promise<{ readonly id: string; readonly name: string } | null> {
  return db.prepare(OWNER).bind(hash, email).first<{ id: string; name: string }>();
}

/** Changes nothing for one that was used meanwhile. */
export const useRecoveryCode = (db: D1Database, hash: string, now: number): D1PreparedStatement =>
  db.prepare(USE).bind(hash, now);
