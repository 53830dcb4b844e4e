// The first person of a deployment, and whoever the operator lets in again: rows of `used_jti`, `users` and `pats`.

export interface NewOwner {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly projectId: string;
  readonly now: number;
}

/** Once a secret, and only while there is nobody but the local owner. */
const CLAIM_FIRST = `INSERT INTO used_jti (k, expires_at)
  SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM users WHERE id <> 'usr_local') ON CONFLICT (k) DO NOTHING`;
/** Once a secret, and only for somebody who is there. */
const CLAIM_AGAIN = `INSERT INTO used_jti (k, expires_at)
  SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM users WHERE id = ?3 AND disabled_at IS NULL) ON CONFLICT (k) DO NOTHING`;
const USER = `INSERT INTO users (id, name, email, default_project_id, created_at)
  SELECT ?1, ?2, ?3, ?4, ?5 WHERE changes() > 0`;

const nameOf = (digest: string): string => `bootstrap ${digest}`;

/** First in a batch: uses the secret up. */
export const claimFirst = (
  db: D1Database,
  digest: string,
  expiresAt: number,
): D1PreparedStatement => db.prepare(CLAIM_FIRST).bind(nameOf(digest), expiresAt);

/** First in a batch: uses up a secret that is for one person. */
export const claimAgain = (
  db: D1Database,
  digest: string,
  { expiresAt, userId }: { readonly expiresAt: number; readonly userId: string },
): D1PreparedStatement => db.prepare(CLAIM_AGAIN).bind(nameOf(digest), expiresAt, userId);

/** For a batch: written only if the statement before it has changed a row. */
export const insertOwnerAfter = (
  db: D1Database,
  { id, name, email, projectId, now }: NewOwner,
): D1PreparedStatement => db.prepare(USER).bind(id, name, email, projectId, now);

const ANYBODY = "SELECT 1 FROM users WHERE id <> 'usr_local' LIMIT 1";

export async function hasPeople(db: D1Database): Promise<boolean> {
  return (await db.prepare(ANYBODY).first()) !== null;
}

export interface FirstPat {
  readonly hash: string;
  readonly id: string;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly apiVersion: string;
  readonly hint: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

const PAT = `INSERT INTO pats (hash, id, user_id, name, scopes, api_version, hint, created_via, created_at, expires_at)
  SELECT ?1, ?2, ?3, 'bootstrap', ?4, ?5, ?6, 'bootstrap', ?7, ?8 WHERE changes() > 0`;

/** The token of an operator who is a machine: the first of a person, so no limit is asked. */
export const insertPatAfter = (db: D1Database, pat: FirstPat): D1PreparedStatement => {
  const { hash, id, userId, scopes, apiVersion, hint, createdAt, expiresAt } = pat;
  const text = JSON.stringify(scopes);
  return db.prepare(PAT).bind(hash, id, userId, text, apiVersion, hint, createdAt, expiresAt);
};
