// What a secret that somebody has found belongs to: the tables `client_secrets` and `refresh_tokens`, by hash.

const SECRET = `SELECT s.id, s.client_id AS clientId, c.project_id AS projectId
  FROM client_secrets s JOIN clients c ON c.id = s.client_id WHERE s.hash = ?1`;
const GRANT = `SELECT g.id FROM refresh_tokens r JOIN grants g ON g.id = r.grant_id
  WHERE r.hash = ?1 AND g.revoked_at IS NULL`;

interface LeakedSecret {
  readonly id: string;
  readonly clientId: string;
  readonly projectId: string;
}

export const findLeakedSecret = (db: D1Database, hash: string): Promise<LeakedSecret | null> =>
  db.prepare(SECRET).bind(hash).first<LeakedSecret>();

/** The grant that a refresh token is of, if it lives, be that token used or not. */
export const findLeakedGrant = (db: D1Database, hash: string): Promise<string | null> =>
  db.prepare(GRANT).bind(hash).first<string>('id');
