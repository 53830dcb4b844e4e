// The table `client_secrets`. A change of a client's secrets is a change of the client: its revision counts on.

export interface NewClientSecret {
  readonly hash: string;
  readonly id: string;
  readonly clientId: string;
  readonly hint: string;
  readonly createdAt: number;
}

const ADD = `INSERT INTO client_secrets (hash, id, client_id, hint, created_at)
  SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM clients WHERE id = ?3)
  AND (?6 = 0 OR (SELECT COUNT(*) FROM client_secrets
    WHERE client_id = ?3 AND (expires_at IS NULL OR expires_at > ?5)) < ?7)`;
const ADDED = 'EXISTS (SELECT 1 FROM client_secrets WHERE id = ?2)';
const EXPIRE_OTHERS = `UPDATE client_secrets SET expires_at = ?3
  WHERE client_id = ?1 AND id <> ?2 AND (expires_at IS NULL OR expires_at > ?3) AND ${ADDED}`;
const COUNT_ON = `UPDATE clients SET revision = revision + 1, updated_at = ?3 WHERE id = ?1 AND ${ADDED}`;
const REMOVE = 'DELETE FROM client_secrets WHERE id = ?1 AND client_id = ?2';
const COUNT_ON_AFTER = `UPDATE clients SET revision = revision + 1, updated_at = ?2
  WHERE id = ?1 AND changes() > 0`;

/** Changes no row where `max` others live; null: where they are all to end now, so that their number is no matter. */
export const insertSecret = (
  db: D1Database,
  { hash, id, clientId, hint, createdAt }: NewClientSecret,
  max: number | null,
): D1PreparedStatement =>
  db.prepare(ADD).bind(hash, id, clientId, hint, createdAt, max === null ? 0 : 1, max ?? 0);

/** The other secrets of the client end at `at`, if the new one is there. */
export const expireOtherSecrets = (
  db: D1Database,
  { id, clientId }: NewClientSecret,
  at: number,
): D1PreparedStatement => db.prepare(EXPIRE_OTHERS).bind(clientId, id, at);

/** Counts the client's revision on, if the new secret is there. */
export const noteNewSecret = (
  db: D1Database,
  { id, clientId, createdAt }: NewClientSecret,
): D1PreparedStatement => db.prepare(COUNT_ON).bind(clientId, id, createdAt);

export const deleteSecret = (
  db: D1Database,
  { id, clientId }: { readonly id: string; readonly clientId: string },
): D1PreparedStatement => db.prepare(REMOVE).bind(id, clientId);

/** Counts the client's revision on, if the statement before has changed a row. */
export const noteRemovedSecret = (
  db: D1Database,
  clientId: string,
  now: number,
): D1PreparedStatement => db.prepare(COUNT_ON_AFTER).bind(clientId, now);
