// The table `webhook_endpoints`, as those who manage endpoints see it; `webhook-endpoints.ts` reads it to send.

import { type ProjectDb, platformDb } from './database.ts';
import {
  ENDPOINT_COLUMNS,
  type EndpointRow,
  fromRawEndpoint,
  type RawEndpoint,
} from './webhook-endpoints.ts';

const IS_ALIVE =
  'EXISTS (SELECT 1 FROM projects p WHERE p.id = e.project_id AND p.deleted_at IS NULL)';
const FIND = `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints e WHERE id = ?1 AND ${IS_ALIVE}`;
/** Null in ?2: the credential is for all environments. Null in ?3: no environment is asked for. */
const SHOWN = `(?2 IS NULL OR (environments IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each(environments) n
    WHERE n.value NOT IN (SELECT value FROM json_each(?2)))))
  AND (?3 IS NULL OR environments IS NULL OR EXISTS (SELECT 1 FROM json_each(environments) n WHERE n.value = ?3))`;
const PAGE = `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints WHERE project_id = ?1 AND ${SHOWN}
  AND (?4 IS NULL OR id < ?4) ORDER BY id DESC LIMIT ?5 OFFSET ?6`;
const COUNT = `SELECT count(*) AS total FROM webhook_endpoints WHERE project_id = ?1 AND ${SHOWN}`;
const ALL = `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints WHERE project_id = ?1 ORDER BY id`;
const INSERT = `INSERT INTO webhook_endpoints (project_id, id, url, description, types, environments, filter, payload,
  ordering, rate_per_second, secret_wrapped, secret_hint, ed_public, ed_private_wrapped, state, created_by, created_at,
  updated_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 'enabled', ?15, ?16, ?16
  WHERE (SELECT count(*) FROM webhook_endpoints WHERE project_id = ?1) < ?17
    AND EXISTS (SELECT 1 FROM projects WHERE id = ?1 AND deleted_at IS NULL)`;
const UPDATE = `UPDATE webhook_endpoints SET url = ?4, description = ?5, types = ?6, environments = ?7, filter = ?8,
  payload = ?9, ordering = ?10, rate_per_second = ?11, state = ?12, disabled_reason = ?13, updated_at = ?14,
  revision = revision + 1 WHERE project_id = ?1 AND id = ?2 AND revision = ?3`;
const ROTATE = `UPDATE webhook_endpoints SET previous_wrapped = secret_wrapped, previous_until = ?4, secret_wrapped = ?5,
  secret_hint = ?6, updated_at = ?7, revision = revision + 1 WHERE project_id = ?1 AND id = ?2 AND revision = ?3`;
const DELETE = 'DELETE FROM webhook_endpoints WHERE project_id = ?1 AND id = ?2 AND revision = ?3';

/** Null where there is none, or its project is gone. */
export async function findEndpoint(
  env: Parameters<typeof platformDb>[0],
  id: string,
): Promise<EndpointRow | null> {
  const row = await platformDb(env).prepare(FIND).bind(id).first<RawEndpoint>();
  return row && fromRawEndpoint(row);
}

interface Wanted {
  /** Those that the credential is for; null: all. */
  readonly fence: readonly string[] | null;
  /** Of which an endpoint has to hear; null: of any. */
  readonly environment: string | null;
  readonly limit: number;
  readonly offset: number;
  readonly after: string | null;
  readonly counted: boolean;
}

export async function listEndpoints(
  db: ProjectDb,
  { fence, environment, limit, offset, after, counted }: Wanted,
): Promise<{ readonly rows: readonly EndpointRow[]; readonly total: number | null }> {
  const shown = [json(fence), environment] as const;
  const rows = db.prepare(PAGE, ...shown, after, limit, offset);
  const batch = counted ? [rows, db.prepare(COUNT, ...shown)] : [rows];
  const [found, total] = await db.batch<RawEndpoint & { total: number }>(batch);
  return {
    rows: (found?.results ?? []).map(fromRawEndpoint),
    total: total?.results[0]?.total ?? null,
  };
}

/** Every endpoint of a project, at most fifty. */
export async function allEndpoints(db: ProjectDb): Promise<readonly EndpointRow[]> {
  const { results } = await db.prepare(ALL).all<RawEndpoint>();
  return results.map(fromRawEndpoint);
}

const json = (value: object | null): string | null =>
  value === null ? null : JSON.stringify(value);

/** Changes nothing where the project has `max`, or is gone. */
export const insertEndpoint = (db: ProjectDb, row: EndpointRow, max: number): D1PreparedStatement =>
  db.prepare(
    INSERT,
    row.id,
    row.url,
    row.description,
    json(row.types),
    json(row.environments),
    json(row.filter),
    row.payload,
    row.ordering,
    row.ratePerSecond,
    row.secretWrapped,
    row.secretHint,
    row.edPublic,
    row.edPrivateWrapped,
    row.createdBy,
    row.createdAt,
    max,
  );

/** Changes nothing where it is no longer of the revision that `row` was read at. */
export const updateEndpoint = (db: ProjectDb, row: EndpointRow): D1PreparedStatement =>
  db.prepare(
    UPDATE,
    row.id,
    row.revision,
    row.url,
    row.description,
    json(row.types),
    json(row.environments),
    json(row.filter),
    row.payload,
    row.ordering,
    row.ratePerSecond,
    row.state,
    row.disabledReason,
    row.updatedAt,
  );

/** The secret of now is the previous one from here on. Changes nothing at another revision. */
export const rotateEndpoint = (
  db: ProjectDb,
  { id, revision }: Pick<EndpointRow, 'id' | 'revision'>,
  next: {
    readonly secretWrapped: string;
    readonly secretHint: string;
    readonly previousUntil: number;
    readonly now: number;
  },
): D1PreparedStatement =>
  db.prepare(
    ROTATE,
    id,
    revision,
    next.previousUntil,
    next.secretWrapped,
    next.secretHint,
    next.now,
  );

export const deleteEndpoint = (
  db: ProjectDb,
  { id, revision }: Pick<EndpointRow, 'id' | 'revision'>,
): D1PreparedStatement => db.prepare(DELETE, id, revision);
