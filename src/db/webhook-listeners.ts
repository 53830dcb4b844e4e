// Rows of `webhook_endpoints` that are kept for who listens: one of a principal in a project, without a URL.

import { type ProjectDb, platformDb } from './database.ts';
import {
  ENDPOINT_COLUMNS,
  type EndpointRow,
  fromRawEndpoint,
  type RawEndpoint,
} from './webhook-endpoints.ts';

const FIND = `SELECT ${ENDPOINT_COLUMNS} FROM webhook_endpoints WHERE project_id = ?1 AND listener = ?2`;
/** A listener of the same principal that was faster stays. */
const INSERT = `INSERT INTO webhook_endpoints (project_id, id, listener, listened_at, description, types, payload,
    ordering, rate_per_second, secret_wrapped, secret_hint, ed_public, ed_private_wrapped, state, created_by,
    created_at, updated_at)
  SELECT ?1, ?2, ?3, ?4, '', ?5, 'full', 'none', ?6, ?7, ?8, ?9, ?10, 'enabled', ?3, ?4, ?4
  WHERE (SELECT COUNT(*) FROM webhook_endpoints WHERE project_id = ?1) < ?11
  ON CONFLICT DO NOTHING`;
const CHANGE = `UPDATE webhook_endpoints SET types = ?3, state = 'enabled', disabled_reason = NULL, listened_at = ?4,
  updated_at = ?4, revision = revision + 1 WHERE project_id = ?1 AND id = ?2 AND listener IS NOT NULL`;
const TOUCH = `UPDATE webhook_endpoints SET listened_at = ?3
  WHERE project_id = ?1 AND id = ?2 AND listener IS NOT NULL`;
const IDLE = `SELECT id, project_id AS projectId FROM webhook_endpoints
  WHERE listener IS NOT NULL AND listened_at < ?1 LIMIT ?2`;
const DELETE_IDLE = `DELETE FROM webhook_endpoints
  WHERE project_id = ?1 AND id = ?2 AND listener IS NOT NULL AND listened_at < ?3`;

/** What a listener's endpoint is made of; all else has its default. */
export type NewListener = Pick<
  EndpointRow,
  | 'id'
  | 'types'
  | 'ratePerSecond'
  | 'secretWrapped'
  | 'secretHint'
  | 'edPublic'
  | 'edPrivateWrapped'
  | 'createdAt'
> & { readonly listener: string };

export async function findListener(
  db: ProjectDb,
  principalId: string,
): Promise<EndpointRow | null> {
  const row = await db.prepare(FIND, principalId).first<RawEndpoint>();
  return row === null ? null : fromRawEndpoint(row);
}

/** For a batch: it changes nothing where there is one, or where the project has `max` endpoints. */
export const insertListener = (db: ProjectDb, row: NewListener, max: number): D1PreparedStatement =>
  db.prepare(
    INSERT,
    row.id,
    row.listener,
    row.createdAt,
    JSON.stringify(row.types),
    row.ratePerSecond,
    row.secretWrapped,
    row.secretHint,
    row.edPublic,
    row.edPrivateWrapped,
    max,
  );

/** For a batch: other types, and enabled again where it was disabled. */
export const changeListener = (
  db: ProjectDb,
  id: string,
  { types, now }: { readonly types: readonly string[]; readonly now: number },
): D1PreparedStatement => db.prepare(CHANGE, id, JSON.stringify(types), now);

/** Somebody listens, or did until now. */
export const touchListener = (db: ProjectDb, id: string, now: number): D1PreparedStatement =>
  db.prepare(TOUCH, id, now);

/** Those that nobody has come for since a time, in milliseconds. */
export async function findIdleListeners(
  env: Parameters<typeof platformDb>[0],
  before: number,
  limit: number,
): Promise<readonly { readonly id: string; readonly projectId: string }[]> {
  const { results } = await platformDb(env)
    .prepare(IDLE)
    .bind(before, limit)
    .all<{ id: string; projectId: string }>();
  return results;
}

/** For a batch: not one that somebody has come back to. */
export const deleteIdleListener = (
  db: ProjectDb,
  id: string,
  before: number,
): D1PreparedStatement => db.prepare(DELETE_IDLE, id, before);
