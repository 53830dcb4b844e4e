// The table `grants`: what a person has allowed an app.

import type { Scope } from '../contract/principal.ts';

export interface GrantRow {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly scopes: readonly Scope[];
  readonly resources: readonly string[];
  /** Null: wherever the person may. */
  readonly projectIds: readonly string[] | null;
  /** What the client was like: see `OAuthClient`. */
  readonly documentDigest: string | null;
  readonly dpopJkt: string | null;
  /** Asked for with `offline_access`. */
  readonly offline: boolean;
  /** When the person had proved who they are. */
  readonly authTime: number | null;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

type Raw = Omit<GrantRow, 'scopes' | 'resources' | 'projectIds' | 'offline'> & {
  readonly offline: number;
  readonly scopes: string;
  readonly resources: string;
  readonly projectIds: string | null;
};

const COLUMNS = `id, user_id AS userId, client_id AS clientId, scopes, resources, project_ids AS projectIds,
  document_digest AS documentDigest, dpop_jkt AS dpopJkt, auth_time AS authTime, offline, created_at AS createdAt,
  last_used_at AS lastUsedAt, revoked_at AS revokedAt`;
const NAMES = `id, user_id, client_id, scopes, resources, project_ids, document_digest, dpop_jkt, auth_time, created_at, offline`;
const VALUES = '?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11';
const INSERT = `INSERT INTO grants (${NAMES}) VALUES (${VALUES})`;
/** Chained: only where the statement before it has changed something. */
const FOLLOW = `INSERT INTO grants (${NAMES}) SELECT ${VALUES} WHERE changes() > 0`;
const EARLIER = `SELECT ${COLUMNS} FROM grants WHERE user_id = ?1 AND client_id = ?2 ORDER BY id DESC LIMIT 100`;
const LIVE = 'user_id = ?1 AND revoked_at IS NULL AND created_at > ?2';
const NAME = '(SELECT name FROM clients WHERE clients.id = grants.client_id) AS clientName';
const PAGE = `SELECT ${COLUMNS}, ${NAME} FROM grants WHERE ${LIVE} AND (?3 IS NULL OR id < ?3)
  ORDER BY id DESC LIMIT ?4 OFFSET ?5`;
const COUNT = `SELECT count(*) AS total FROM grants WHERE ${LIVE}`;
const REVOKE = `UPDATE grants SET revoked_at = ?3, reason = ?4
  WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL`;

const valuesOf = (row: GrantRow) => [
  row.id,
  row.userId,
  row.clientId,
  JSON.stringify(row.scopes),
  JSON.stringify(row.resources),
  row.projectIds === null ? null : JSON.stringify(row.projectIds),
  row.documentDigest,
  row.dpopJkt,
  row.authTime,
  row.createdAt,
  row.offline ? 1 : 0,
];

/** Lists in a column are our own JSON, written above. */
const rowOf = ({ scopes, resources, projectIds, offline, ...rest }: Raw): GrantRow => ({
  ...rest,
  offline: offline === 1,
  scopes: JSON.parse(scopes) as Scope[],
  resources: JSON.parse(resources) as string[],
  projectIds: projectIds === null ? null : (JSON.parse(projectIds) as string[]),
});

export const insertGrant = (db: D1Database, row: GrantRow): D1PreparedStatement =>
  db.prepare(INSERT).bind(...valuesOf(row));

/** For a batch: written only if the statement before it has changed a row. */
export const insertGrantAfter = (db: D1Database, row: GrantRow): D1PreparedStatement =>
  db.prepare(FOLLOW).bind(...valuesOf(row));

/** What a person has allowed an app before, newest first, also what was revoked since; at most 100. */
export async function findEarlierGrants(
  db: D1Database,
  userId: string,
  clientId: string,
): Promise<readonly GrantRow[]> {
  const { results } = await db.prepare(EARLIER).bind(userId, clientId).all<Raw>();
  return results.map(rowOf);
}

/** A grant with the name of its client, where that is kept here. */
export interface ListedGrant extends GrantRow {
  readonly clientName: string | null;
}

/** Live grants of a person that are younger than `since`, newest first. */
export async function listGrants(
  db: D1Database,
  owner: { readonly userId: string; readonly since: number },
  slice: {
    readonly after: string | null;
    readonly limit: number;
    readonly offset: number;
    readonly counted: boolean;
  },
): Promise<{ readonly rows: readonly ListedGrant[]; readonly total: number | null }> {
  const { userId, since } = owner;
  const { after, limit, offset, counted } = slice;
  type Row = Raw & { readonly clientName: string | null; readonly total: number };
  const [found, count] = await db.batch<Row>([
    db.prepare(PAGE).bind(userId, since, after, limit, offset),
    ...(counted ? [db.prepare(COUNT).bind(userId, since)] : []),
  ]);
  const rows = found?.results ?? [];
  return {
    rows: rows.map((raw) => ({ ...rowOf(raw), clientName: raw.clientName })),
    total: count?.results[0]?.total ?? null,
  };
}

/** Ends a grant of this person: its refresh tokens and codes are worth nothing from then on. */
export const revokeGrant = (
  db: D1Database,
  { id, userId, now, reason }: { id: string; userId: string; now: number; reason: string },
): D1PreparedStatement => db.prepare(REVOKE).bind(id, userId, now, reason);
