// The table `monitors`: what people have set, and the last state that is worth a row. Each check is kept in the object.

import type { MonitorConfig, MonitorState } from '../contract/monitor.ts';
import { type DatabaseEnv, type ProjectDb, platformDb } from './database.ts';

export interface MonitorRow {
  readonly id: string;
  readonly projectId: string;
  readonly environment: string;
  readonly name: string;
  readonly config: MonitorConfig;
  readonly state: MonitorState;
  /** When it came into this state, in milliseconds. */
  readonly since: number;
  readonly paused: boolean;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly revision: number;
}

/** One as it is listed. */
export interface ListedMonitor extends MonitorRow {
  readonly openIncidentId: string | null;
}

type Raw<T extends MonitorRow> = Omit<T, 'config' | 'paused'> & {
  readonly config: string;
  readonly paused: number;
};

/** Of two that are open the outage, which comes first by its name. */
const OPEN_INCIDENT = `(SELECT i.id FROM incidents i WHERE i.monitor_id = m.id AND i.state <> 'resolved'
  ORDER BY i.kind LIMIT 1)`;
const OWN = `m.id, m.project_id AS projectId, m.environment, m.name, m.config, m.state, m.since, m.paused,
  m.created_by AS createdBy, m.created_at AS createdAt, m.updated_at AS updatedAt, m.revision`;
const COLUMNS = `${OWN}, ${OPEN_INCIDENT} AS openIncidentId`;
const ALIVE =
  'EXISTS (SELECT 1 FROM projects p WHERE p.id = m.project_id AND p.deleted_at IS NULL)';
const FIND = `SELECT ${COLUMNS} FROM monitors m WHERE m.id = ?1 AND ${ALIVE}`;
const FIND_ANY = `SELECT ${OWN}, ${ALIVE} AS alive FROM monitors m WHERE m.id = ?1`;
const WANTED =
  'm.project_id = ?1 AND (?2 IS NULL OR m.environment IN (SELECT value FROM json_each(?2)))';
const PAGE = `SELECT ${COLUMNS} FROM monitors m WHERE ${WANTED} AND (?3 IS NULL OR m.id < ?3)
  ORDER BY m.id DESC LIMIT ?4 OFFSET ?5`;
const COUNT = `SELECT count(*) AS total FROM monitors m WHERE ${WANTED}`;
const INSERT = `INSERT INTO monitors
  (project_id, id, environment, name, config, state, since, created_by, created_at, updated_at)
  SELECT ?1, ?2, ?3, ?4, ?5, 'unknown', ?7, ?6, ?7, ?7
  WHERE (SELECT count(*) FROM monitors WHERE project_id = ?1) < ?8
  AND EXISTS (SELECT 1 FROM environments WHERE project_id = ?1 AND name = ?3)`;
const CHANGE = `UPDATE monitors SET name = ?4, config = ?5, paused = ?6, updated_at = ?7, revision = revision + 1
  WHERE project_id = ?1 AND id = ?2 AND revision = ?3`;
const TOUCH = 'UPDATE monitors SET updated_at = updated_at WHERE project_id = ?1 AND id = ?2';
const REMOVE = 'DELETE FROM monitors WHERE project_id = ?1 AND id = ?2 AND revision = ?3';
const SET_STATE = `UPDATE monitors SET state = ?3, since = CASE state WHEN ?3 THEN since ELSE ?4 END
  WHERE project_id = ?1 AND id = ?2`;

/** Our own bytes, written below. */
const setOf = ({ config, paused }: { readonly config: string; readonly paused: number }) => ({
  config: JSON.parse(config) as MonitorConfig,
  paused: paused === 1,
});
const listedOf = (raw: Raw<ListedMonitor>): ListedMonitor => ({ ...raw, ...setOf(raw) });

/** Null also where its project is gone. */
export async function findMonitor(db: D1Database, id: string): Promise<ListedMonitor | null> {
  const raw = await db.prepare(FIND).bind(id).first<Raw<ListedMonitor>>();
  return raw && listedOf(raw);
}

/** For its object: a project that was deleted is kept for a while, and its monitors rest. */
export async function findMonitorToRun(
  env: DatabaseEnv,
  id: string,
): Promise<{ readonly row: MonitorRow; readonly rests: boolean } | null> {
  const raw = await platformDb(env)
    .prepare(FIND_ANY)
    .bind(id)
    .first<Raw<MonitorRow> & { readonly alive: number }>();
  if (raw === null) return null;
  const { alive, ...row } = raw;
  return { row: { ...row, ...setOf(row) }, rests: alive !== 1 || row.paused === 1 };
}

interface Slice {
  readonly limit: number;
  readonly offset: number;
  readonly after: string | null;
  readonly counted: boolean;
}

/** Those of these environments, newest first; null: of all. */
export async function listMonitors(
  db: ProjectDb,
  environments: readonly string[] | null,
  { limit, offset, after, counted }: Slice,
): Promise<{ readonly rows: readonly ListedMonitor[]; readonly total: number | null }> {
  const among = environments && JSON.stringify(environments);
  const page = db.prepare(PAGE, among, after, limit, offset);
  const batch = counted ? [page, db.prepare(COUNT, among)] : [page];
  const [found, total] = await db.batch<Raw<ListedMonitor> & { total: number }>(batch);
  return {
    rows: (found?.results ?? []).map(listedOf),
    total: total?.results[0]?.total ?? null,
  };
}

/** Changes nothing where the project has `max` of them, or no such environment any more. */
export const insertMonitor = (db: ProjectDb, row: MonitorRow, max: number): D1PreparedStatement => {
  const { id, environment, name, config, createdBy, createdAt } = row;
  return db.prepare(
    INSERT,
    id,
    environment,
    name,
    JSON.stringify(config),
    createdBy,
    createdAt,
    max,
  );
};

/** Changes nothing where the revision is another than that of the row by now. */
export const changeMonitor = (db: ProjectDb, row: MonitorRow): D1PreparedStatement => {
  const { id, revision, name, config, paused, updatedAt } = row;
  return db.prepare(CHANGE, id, revision, name, JSON.stringify(config), paused ? 1 : 0, updatedAt);
};

/** For a batch whose effect lies elsewhere: changes nothing only where it is gone. */
export const touchMonitor = (db: ProjectDb, id: string): D1PreparedStatement =>
  db.prepare(TOUCH, id);

/** As for a change. */
export const removeMonitor = (
  db: ProjectDb,
  { id, revision }: Pick<MonitorRow, 'id' | 'revision'>,
): D1PreparedStatement => db.prepare(REMOVE, id, revision);

/** What its object has found, and when in milliseconds. It is no change of what people set. */
export const setMonitorState = (
  db: ProjectDb,
  id: string,
  { state, since }: { readonly state: MonitorState; readonly since: number },
): D1PreparedStatement => db.prepare(SET_STATE, id, state, since);
