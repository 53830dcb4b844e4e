// The table `passkeys`.

export interface PasskeyRow {
  readonly id: string;
  readonly userId: string;
  /** In base64url, as is the key (COSE). */
  readonly credentialId: string;
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  readonly backedUp: boolean;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

type Raw = Omit<PasskeyRow, 'transports' | 'backedUp'> & {
  readonly transports: string;
  readonly backedUp: number;
};

export const PASSKEYS_MAX = 20;

const COLUMNS = `id, user_id AS userId, credential_id AS credentialId, public_key AS publicKey, counter, transports,
  backed_up AS backedUp, created_at AS createdAt, last_used_at AS lastUsedAt`;
const INSERT = `INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, transports, backed_up, created_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE (SELECT COUNT(*) FROM passkeys WHERE user_id = ?2) < ?9
  ON CONFLICT (credential_id) DO NOTHING`;
const FIND = `SELECT ${COLUMNS} FROM passkeys WHERE credential_id = ?1
  AND EXISTS (SELECT 1 FROM users WHERE users.id = passkeys.user_id AND disabled_at IS NULL)`;
const LIST = `SELECT ${COLUMNS} FROM passkeys WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2`;
/** Compare and set: two answers with the same counter are two copies of one key, and only one of them counts. */
const USE = `UPDATE passkeys SET counter = ?2, backed_up = ?3, last_used_at = ?4
  WHERE id = ?1 AND (counter < ?2 OR (counter = 0 AND ?2 = 0))`;
/** The last one stays while nothing else lets the person in again. */
const REMOVE = `DELETE FROM passkeys WHERE id = ?1 AND user_id = ?2 AND (
  (SELECT COUNT(*) FROM passkeys WHERE user_id = ?2) > 1
  OR EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = ?2 AND used_at IS NULL)
  OR EXISTS (SELECT 1 FROM identities WHERE user_id = ?2))`;

const rowOf = ({ transports, backedUp, ...rest }: Raw): PasskeyRow => ({
  ...rest,
  // Our own bytes, written below.
  transports: JSON.parse(transports) as readonly string[],
  backedUp: backedUp === 1,
});

/** Changes nothing where the key is known already or the person has as many as one may have. */
export const insertPasskey = (db: D1Database, row: PasskeyRow): D1PreparedStatement => {
  const { id, userId, credentialId, publicKey, counter, transports, backedUp, createdAt } = row;
  return db
    .prepare(INSERT)
    .bind(
      id,
      userId,
      credentialId,
      publicKey,
      counter,
      JSON.stringify(transports),
      backedUp ? 1 : 0,
      createdAt,
      PASSKEYS_MAX,
    );
};

/** Null for one that is unknown or of a person who is disabled. */
export async function findPasskey(
  db: D1Database,
  credentialId: string,
): Promise<PasskeyRow | null> {
  const raw = await db.prepare(FIND).bind(credentialId).first<Raw>();
  return raw && rowOf(raw);
}

/** Newest first. */
export async function listPasskeys(db: D1Database, userId: string): Promise<readonly PasskeyRow[]> {
  const { results } = await db.prepare(LIST).bind(userId, PASSKEYS_MAX).all<Raw>();
  return results.map(rowOf);
}

/** Changes nothing where the counter does not go on. */
export const usePasskey = (
  db: D1Database,
  id: string,
  use: { readonly counter: number; readonly backedUp: boolean; readonly now: number },
): D1PreparedStatement => db.prepare(USE).bind(id, use.counter, use.backedUp ? 1 : 0, use.now);

/** Changes nothing for the last way in. */
export const removePasskey = (db: D1Database, userId: string, id: string): D1PreparedStatement =>
  db.prepare(REMOVE).bind(id, userId);
