// The table `clients`, as those who manage them see it; `oauth-clients.ts` reads it for the authorization server.

import type { AuthMethod, ClientKind, Jwks } from '../contract/client.ts';
import type { Role, Scope } from '../contract/principal.ts';

export interface StoredSecret {
  readonly id: string;
  readonly hint: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

export interface ClientRow {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly kind: ClientKind;
  readonly authMethod: AuthMethod;
  /** Of a service in its home project; null for another, and for one that has left it. */
  readonly role: Role | null;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly Scope[];
  readonly environments: readonly string[] | null;
  readonly jwks: Jwks | null;
  readonly jwksUri: string | null;
  readonly ratePerMinute: number | null;
  readonly apiVersion: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly disabledAt: number | null;
  readonly revision: number;
  /** Those that live, the oldest first. */
  readonly secrets: readonly StoredSecret[];
}

const JSON_COLUMNS = ['redirectUris', 'scopes', 'environments', 'jwks', 'secrets'] as const;
type Row = Omit<ClientRow, (typeof JSON_COLUMNS)[number]> &
  Readonly<Record<(typeof JSON_COLUMNS)[number], string | null>>;

const COLUMNS = `c.id, c.project_id AS projectId, c.name, c.kind, c.auth_method AS authMethod, m.role,
  c.redirect_uris AS redirectUris, c.scopes, c.environments, c.jwks, c.jwks_uri AS jwksUri,
  c.rate_per_minute AS ratePerMinute, c.api_version AS apiVersion, c.created_by AS createdBy,
  c.created_at AS createdAt, c.updated_at AS updatedAt, c.disabled_at AS disabledAt, c.revision,
  (SELECT json_group_array(json_object('id', s.id, 'hint', s.hint, 'createdAt', s.created_at,
      'expiresAt', s.expires_at, 'lastUsedAt', s.last_used_at) ORDER BY s.id)
    FROM client_secrets s
    WHERE s.client_id = c.id AND (s.expires_at IS NULL OR s.expires_at > ?1)) AS secrets`;
const FROM = `FROM clients c
  LEFT JOIN members m ON m.project_id = c.project_id AND m.principal_id = c.id`;
const FIND = `SELECT ${COLUMNS} ${FROM} WHERE c.id = ?2`;
const AMONG = 'project_id IN (SELECT value FROM json_each(?2))';
const SLICE = 'AND (?3 IS NULL OR c.id < ?3) ORDER BY c.id DESC LIMIT ?4 OFFSET ?5';
/** Of its own, so that a list of some projects is found by their index. */
const PAGE_ALL = `SELECT ${COLUMNS} ${FROM} WHERE ?2 IS NULL ${SLICE}`;
const PAGE_AMONG = `SELECT ${COLUMNS} ${FROM} WHERE c.${AMONG} ${SLICE}`;
const COUNT_ALL = 'SELECT COUNT(*) AS count FROM clients WHERE ?1 IS NULL AND ?2 IS NULL';
const COUNT_AMONG = `SELECT COUNT(*) AS count FROM clients WHERE ?1 IS NULL AND ${AMONG}`;
const INSERT = `INSERT INTO clients (id, project_id, name, kind, auth_method, redirect_uris, scopes, environments,
  jwks, jwks_uri, rate_per_minute, api_version, created_by, created_at, updated_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?14
  WHERE (SELECT COUNT(*) FROM clients WHERE project_id = ?2) < ?15
    AND EXISTS (SELECT 1 FROM projects WHERE id = ?2 AND deleted_at IS NULL)`;
const JOIN = `INSERT INTO members (project_id, principal_id, role, added_by, created_at)
  SELECT project_id, id, ?2, created_by, created_at FROM clients WHERE id = ?1`;
const UPDATE = `UPDATE clients SET name = ?3, redirect_uris = ?4, scopes = ?5, environments = ?6, jwks = ?7,
  jwks_uri = ?8, rate_per_minute = ?9, disabled_at = ?10, updated_at = ?11, revision = revision + 1
  WHERE id = ?1 AND revision = ?2`;
/** Not where a project would be left without an owner. */
const REMOVE = `DELETE FROM clients WHERE id = ?1 AND revision = ?2 AND NOT EXISTS (
  SELECT 1 FROM members m JOIN projects p ON p.id = m.project_id AND p.deleted_at IS NULL
  WHERE m.principal_id = ?1 AND m.role = 'owner' AND NOT EXISTS (SELECT 1 FROM members o
    WHERE o.project_id = m.project_id AND o.role = 'owner' AND o.principal_id <> ?1))`;
const GONE = 'NOT EXISTS (SELECT 1 FROM clients WHERE id = ?1)';
const REMOVE_SECRETS = `DELETE FROM client_secrets WHERE client_id = ?1 AND ${GONE}`;
const REMOVE_MEMBERSHIPS = `DELETE FROM members WHERE principal_id = ?1 AND ${GONE}`;
const REVOKE_GRANTS = `UPDATE grants SET revoked_at = ?2, reason = 'client_deleted'
  WHERE client_id = ?1 AND revoked_at IS NULL AND ${GONE}`;

/** Columns are our own JSON, written below. */
const parsed = <T>(text: string | null): T => JSON.parse(text ?? 'null') as T;

const clientOf = (row: Row): ClientRow => ({
  ...row,
  redirectUris: parsed(row.redirectUris),
  scopes: parsed(row.scopes),
  environments: parsed(row.environments),
  jwks: parsed(row.jwks),
  secrets: parsed(row.secrets),
});

const json = (value: object | null): string | null =>
  value === null ? null : JSON.stringify(value);

export async function findClientRow(
  db: D1Database,
  id: string,
  now: number,
): Promise<ClientRow | null> {
  const row = await db.prepare(FIND).bind(now, id).first<Row>();
  return row && clientOf(row);
}

/** The clients of these projects, newest first; null: of all. */
export async function listClients(
  db: D1Database,
  projectIds: readonly string[] | null,
  slice: {
    readonly after: string | null;
    readonly limit: number;
    readonly offset: number;
    readonly counted: boolean;
    readonly now: number;
  },
): Promise<{ rows: readonly ClientRow[]; total: number | null }> {
  const { after, limit, offset, counted, now } = slice;
  const [pageSql, countSql] =
    projectIds === null ? [PAGE_ALL, COUNT_ALL] : [PAGE_AMONG, COUNT_AMONG];
  const [page, count] = await db.batch<Row & { count: number }>([
    db.prepare(pageSql).bind(now, json(projectIds), after, limit, offset),
    ...(counted ? [db.prepare(countSql).bind(null, json(projectIds))] : []),
  ]);
  return {
    rows: (page?.results ?? []).map(clientOf),
    total: counted ? (count?.results[0]?.count ?? 0) : null,
  };
}

/** The client and, with a role, its membership. Changes no row where the project has `max` clients. */
export function insertClient(
  db: D1Database,
  client: ClientRow,
  max: number,
): [D1PreparedStatement, ...D1PreparedStatement[]] {
  const insert = db
    .prepare(INSERT)
    .bind(
      client.id,
      client.projectId,
      client.name,
      client.kind,
      client.authMethod,
      json(client.redirectUris),
      json(client.scopes),
      json(client.environments),
      json(client.jwks),
      client.jwksUri,
      client.ratePerMinute,
      client.apiVersion,
      client.createdBy,
      client.createdAt,
      max,
    );
  const { id, role } = client;
  return role === null ? [insert] : [insert, db.prepare(JOIN).bind(id, role)];
}

/** Changes it if it still is of the revision that `client` was read at. */
export function updateClient(db: D1Database, client: ClientRow): D1PreparedStatement {
  return db
    .prepare(UPDATE)
    .bind(
      client.id,
      client.revision,
      client.name,
      json(client.redirectUris),
      json(client.scopes),
      json(client.environments),
      json(client.jwks),
      client.jwksUri,
      client.ratePerMinute,
      client.disabledAt,
      client.updatedAt,
    );
}

/** Removes it if it still is of the revision that it was read at. */
export const deleteClient = (
  db: D1Database,
  { id, revision }: Pick<ClientRow, 'id' | 'revision'>,
): D1PreparedStatement => db.prepare(REMOVE).bind(id, revision);

/** Removes what a removed client has left: secrets, memberships, and grants that people gave it. */
export const clearClient = (db: D1Database, id: string, now: number): D1PreparedStatement[] => [
  db.prepare(REMOVE_SECRETS).bind(id),
  db.prepare(REMOVE_MEMBERSHIPS).bind(id),
  db.prepare(REVOKE_GRANTS).bind(id, now),
];
