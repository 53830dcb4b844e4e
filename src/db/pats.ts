// The table `pats`: personal access tokens, by the hash of the secret.

import type { Scope } from '../contract/principal.ts';

export interface Pat {
  readonly id: string;
  readonly userId: string;
  readonly parentId: string | null;
  /** The grant by which an app has made it, or one that it comes from. */
  readonly grantId: string | null;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly projectIds: readonly string[] | null;
  readonly environments: readonly string[] | null;
  readonly ipCidrs: readonly string[] | null;
  readonly ratePerMinute: number | null;
  readonly apiVersion: string;
  readonly hint: string;
  readonly createdVia: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

type Listed = 'scopes' | 'projectIds' | 'environments' | 'ipCidrs';
type Row = Omit<Pat, Listed> &
  Readonly<Record<Exclude<Listed, 'scopes'>, string | null>> & {
    readonly scopes: string;
  };

const COLUMNS = `p.id, p.user_id AS userId, p.parent_id AS parentId, p.grant_id AS grantId, p.name, p.scopes,
  p.project_ids AS projectIds, p.environments, p.ip_cidrs AS ipCidrs, p.rate_per_minute AS ratePerMinute, p.api_version AS apiVersion, p.hint,
  p.created_via AS createdVia, p.created_at AS createdAt, p.expires_at AS expiresAt, p.last_used_at AS lastUsedAt`;
/** Who is not revoked itself counts as revoked once the token or the app that it was made by is. */
const REVOKED = `COALESCE(p.revoked_at, (SELECT a.revoked_at FROM pats a WHERE a.id = p.parent_id),
  (SELECT g.revoked_at FROM grants g WHERE g.id = p.grant_id)) AS revokedAt`;
const FIND = `SELECT ${COLUMNS}, ${REVOKED} FROM pats p WHERE p.hash = ?1`;
const FIND_OWN = `SELECT ${COLUMNS}, ${REVOKED} FROM pats p WHERE p.id = ?1 AND p.user_id = ?2`;
const PAGE = `SELECT ${COLUMNS}, ${REVOKED} FROM pats p
  WHERE p.user_id = ?1 AND (?2 IS NULL OR p.id < ?2) ORDER BY p.id DESC LIMIT ?3 OFFSET ?4`;
const COUNT = 'SELECT COUNT(*) AS count FROM pats WHERE user_id = ?1';
const IS_GRANTED =
  'EXISTS (SELECT 1 FROM grants g WHERE g.id = pats.grant_id AND g.revoked_at IS NULL)';
const INSERT = `INSERT INTO pats (hash, id, user_id, parent_id, name, scopes, project_ids, environments, ip_cidrs,
  rate_per_minute, api_version, hint, created_via, created_at, expires_at, grant_id)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?17
  WHERE (SELECT COUNT(*) FROM pats
      WHERE user_id = ?3 AND revoked_at IS NULL AND expires_at > ?14
        AND (grant_id IS NULL OR ${IS_GRANTED})) < ?16
    AND (?17 IS NULL OR EXISTS (SELECT 1 FROM grants WHERE id = ?17 AND revoked_at IS NULL))
    AND (?4 IS NULL OR EXISTS (SELECT 1 FROM pats a
      WHERE a.id = ?4 AND a.revoked_at IS NULL AND a.expires_at > ?14))`;
const TREE = `WITH RECURSIVE tree(id) AS (SELECT id FROM pats WHERE id = ?1
  UNION SELECT p.id FROM pats p JOIN tree ON p.parent_id = tree.id)`;
const REVOKE = `${TREE} UPDATE pats SET revoked_at = ?2
  WHERE id IN (SELECT id FROM tree) AND revoked_at IS NULL`;
const OF_GRANT = 'SELECT id FROM pats WHERE grant_id = ?1 AND revoked_at IS NULL';
const DESCENDANTS = `${TREE} SELECT id FROM tree`;
const TOUCH = `UPDATE pats SET last_used_at = ?2
  WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at <= ?3)`;

/** Lists in a column are our own JSON. */
const list = <T extends string>(text: string | null): readonly T[] | null =>
  text === null ? null : (JSON.parse(text) as T[]);

const text = (values: readonly string[] | null): string | null =>
  values === null ? null : JSON.stringify(values);

const patOf = (row: Row): Pat => ({
  ...row,
  scopes: list<Scope>(row.scopes) ?? [],
  projectIds: list(row.projectIds),
  environments: list(row.environments),
  ipCidrs: list(row.ipCidrs),
});

export async function findPatByHash(db: D1Database, hash: string): Promise<Pat | null> {
  const row = await db.prepare(FIND).bind(hash).first<Row>();
  return row && patOf(row);
}

/** A token of this person; another's is not found. */
export async function findOwnPat(
  db: D1Database,
  { id, userId }: { readonly id: string; readonly userId: string },
): Promise<Pat | null> {
  const row = await db.prepare(FIND_OWN).bind(id, userId).first<Row>();
  return row && patOf(row);
}

/** Newest first; `total` only where it is to be counted. */
export async function listPats(
  db: D1Database,
  userId: string,
  slice: {
    readonly after: string | null;
    readonly limit: number;
    readonly offset: number;
    readonly counted: boolean;
  },
): Promise<{ rows: readonly Pat[]; total: number | null }> {
  const { after, limit, offset, counted } = slice;
  const [page, count] = await db.batch<Row & { count: number }>([
    db.prepare(PAGE).bind(userId, after, limit, offset),
    ...(counted ? [db.prepare(COUNT).bind(userId)] : []),
  ]);
  return {
    rows: (page?.results ?? []).map(patOf),
    total: counted ? (count?.results[0]?.count ?? 0) : null,
  };
}

/** Changes no row where the person has `max` live ones, or where the token or the grant that it is made by is dead. */
export function insertPat(
  db: D1Database,
  pat: Omit<Pat, 'lastUsedAt' | 'revokedAt'> & { readonly hash: string },
  max: number,
): D1PreparedStatement {
  return db
    .prepare(INSERT)
    .bind(
      pat.hash,
      pat.id,
      pat.userId,
      pat.parentId,
      pat.name,
      text(pat.scopes),
      text(pat.projectIds),
      text(pat.environments),
      text(pat.ipCidrs),
      pat.ratePerMinute,
      pat.apiVersion,
      pat.hint,
      pat.createdVia,
      pat.createdAt,
      pat.expiresAt,
      max,
      pat.grantId,
    );
}

/** Revokes it with all that were made by it, and by those. */
export const revokePat = (db: D1Database, id: string, now: number): D1PreparedStatement =>
  db.prepare(REVOKE).bind(id, now);

/** It and all that were made by it, and by those. */
export async function patFamily(db: D1Database, id: string): Promise<readonly string[]> {
  const { results } = await db.prepare(DESCENDANTS).bind(id).all<{ id: string }>();
  return results.map((row) => row.id);
}

/** Those that an app has made by a grant, and those that they made: they end with it. */
export async function patsOfGrant(db: D1Database, grantId: string): Promise<readonly string[]> {
  const { results } = await db.prepare(OF_GRANT).bind(grantId).all<{ id: string }>();
  return results.map((row) => row.id);
}

/** Writes that it was used, unless that was written within the last `everyMs`. */
export async function touchPat(
  db: D1Database,
  id: string,
  { now, everyMs }: { readonly now: number; readonly everyMs: number },
): Promise<void> {
  await db
    .prepare(TOUCH)
    .bind(id, now, now - everyMs)
    .run();
}
