// The table `incidents`. At most one unresolved a monitor and kind: an index of the table says so.

import type { Incident, IncidentState } from '../contract/incident.ts';
import { isoOf, isoOrNull } from '../contract/instant.ts';
import type { ProjectDb } from './database.ts';

const JSON_COLUMNS = ['evidence', 'timeline'] as const;
const TIMES = ['openedAt', 'acknowledgedAt', 'resolvedAt'] as const;
type Raw = Omit<Incident, (typeof JSON_COLUMNS)[number] | (typeof TIMES)[number]> &
  Readonly<Record<(typeof JSON_COLUMNS)[number], string>> & {
    readonly openedAt: number;
    readonly acknowledgedAt: number | null;
    readonly resolvedAt: number | null;
  };

const COLUMNS = `i.id, i.project_id AS projectId, i.environment, i.monitor_id AS monitorId, i.kind, i.severity, i.state,
  i.title, i.summary, i.opened_at AS openedAt, i.acknowledged_at AS acknowledgedAt, i.acknowledged_by AS acknowledgedBy,
  i.resolved_at AS resolvedAt, i.resolved_by AS resolvedBy, i.resolution, i.evidence,
  i.suspect_deployment_id AS suspectDeploymentId, i.timeline, i.revision`;
const FIND = `SELECT ${COLUMNS} FROM incidents i WHERE i.id = ?1
  AND EXISTS (SELECT 1 FROM projects p WHERE p.id = i.project_id AND p.deleted_at IS NULL)`;
const UNRESOLVED = `SELECT ${COLUMNS} FROM incidents i
  WHERE i.project_id = ?1 AND i.monitor_id = ?2 AND i.state <> 'resolved'`;
const WANTED = `i.project_id = ?1 AND (?2 IS NULL OR i.environment IN (SELECT value FROM json_each(?2)))
  AND (?3 IS NULL OR i.state = ?3) AND (?4 IS NULL OR i.monitor_id = ?4)`;
const PAGE = `SELECT ${COLUMNS} FROM incidents i WHERE ${WANTED} AND (?5 IS NULL OR i.id < ?5)
  ORDER BY i.id DESC LIMIT ?6 OFFSET ?7`;
const COUNT = `SELECT count(*) AS total FROM incidents i WHERE ${WANTED}`;

const INTO = `(project_id, id, environment, monitor_id, kind, severity, state, title, summary, opened_by, opened_at,
  evidence, suspect_deployment_id, timeline)`;
const VALUES = "SELECT ?1, ?2, ?3, ?4, ?5, ?6, 'open', ?7, ?8, ?9, ?10, ?11, ?12, ?13";
const OPEN_ONCE = `INSERT OR IGNORE INTO incidents ${INTO} ${VALUES}
  WHERE EXISTS (SELECT 1 FROM monitors WHERE project_id = ?1 AND id = ?4)`;
const OPEN_BY_HAND = `INSERT INTO incidents ${INTO} ${VALUES} WHERE (SELECT count(*) FROM incidents
  WHERE project_id = ?1 AND state <> 'resolved' AND monitor_id IS NULL) < ?14`;
const CHANGE = `UPDATE incidents SET state = ?4, acknowledged_at = ?5, acknowledged_by = ?6, resolved_at = ?7,
  resolved_by = ?8, resolution = ?9, timeline = ?10, revision = revision + 1
  WHERE project_id = ?1 AND id = ?2 AND revision = ?3`;

const IS_PRODUCTION = `SELECT 1 FROM environments WHERE project_id = ?1 AND name = ?2 AND is_production = 1`;
/** One that waited long for its approval was promoted when it was promoted. The newest fifty are looked at. */
const SUSPECT = `SELECT id FROM (SELECT id, coalesce(promoted_at, started_at, created_at) AS at FROM deployments
    WHERE project_id = ?1 AND environment = ?2 ORDER BY id DESC LIMIT 50)
  WHERE at BETWEEN ?3 AND ?4 ORDER BY at DESC, id DESC LIMIT 1`;
const SUSPECT_MS = 3_600_000;

const msOrNull = (at: string | null): number | null => (at === null ? null : Date.parse(at));

const incidentOf = (raw: Raw): Incident => ({
  ...raw,
  openedAt: isoOf(raw.openedAt),
  acknowledgedAt: isoOrNull(raw.acknowledgedAt),
  resolvedAt: isoOrNull(raw.resolvedAt),
  // Our own bytes, written below.
  evidence: JSON.parse(raw.evidence) as Incident['evidence'],
  timeline: JSON.parse(raw.timeline) as Incident['timeline'],
});

/** Null also where its project is gone. */
export async function findIncident(db: D1Database, id: string): Promise<Incident | null> {
  const raw = await db.prepare(FIND).bind(id).first<Raw>();
  return raw && incidentOf(raw);
}

/** Those of a monitor that last: one a kind. */
export async function unresolvedOf(db: ProjectDb, monitorId: string): Promise<readonly Incident[]> {
  const { results } = await db.prepare(UNRESOLVED, monitorId).all<Raw>();
  return results.map(incidentOf);
}

export interface IncidentsWanted {
  /** Null: of all. */
  readonly environments: readonly string[] | null;
  readonly state: IncidentState | null;
  readonly monitorId: string | null;
}

interface Slice {
  readonly limit: number;
  readonly offset: number;
  readonly after: string | null;
  readonly counted: boolean;
}

export async function listIncidents(
  db: ProjectDb,
  { environments, state, monitorId }: IncidentsWanted,
  { limit, offset, after, counted }: Slice,
): Promise<{ readonly rows: readonly Incident[]; readonly total: number | null }> {
  const wanted = [environments && JSON.stringify(environments), state, monitorId] as const;
  const page = db.prepare(PAGE, ...wanted, after, limit, offset);
  const batch = counted ? [page, db.prepare(COUNT, ...wanted)] : [page];
  const [found, total] = await db.batch<Raw & { total: number }>(batch);
  return {
    rows: (found?.results ?? []).map(incidentOf),
    total: total?.results[0]?.total ?? null,
  };
}

const valuesOf = (incident: Incident) =>
  [
    incident.id,
    incident.environment,
    incident.monitorId,
    incident.kind,
    incident.severity,
    incident.title,
    incident.summary,
    incident.timeline[0]?.actor ?? '',
    Date.parse(incident.openedAt),
    JSON.stringify(incident.evidence),
    incident.suspectDeploymentId,
    JSON.stringify(incident.timeline),
  ] as const;

/** Changes nothing where one of its kind lasts, it was written before, or the monitor is gone. */
export const openOnce = (db: ProjectDb, incident: Incident): D1PreparedStatement =>
  db.prepare(OPEN_ONCE, ...valuesOf(incident));

/** Changes nothing where `max` that people have opened last. */
export const openByHand = (db: ProjectDb, incident: Incident, max: number): D1PreparedStatement =>
  db.prepare(OPEN_BY_HAND, ...valuesOf(incident), max);

/** Writes what became of one; changes nothing where somebody else was faster. */
export const changeIncidentRow = (db: ProjectDb, after: Incident): D1PreparedStatement =>
  db.prepare(
    CHANGE,
    after.id,
    after.revision - 1,
    after.state,
    msOrNull(after.acknowledgedAt),
    after.acknowledgedBy,
    msOrNull(after.resolvedAt),
    after.resolvedBy,
    after.resolution,
    JSON.stringify(after.timeline),
  );

/** What an incident at a time, in milliseconds, has to know of its environment. */
export async function placeOfIncident(
  db: ProjectDb,
  environment: string,
  at: number,
): Promise<{ readonly isProduction: boolean; readonly suspectDeploymentId: string | null }> {
  const [production, suspect] = await db.batch<{ id: string }>([
    db.prepare(IS_PRODUCTION, environment),
    db.prepare(SUSPECT, environment, at - SUSPECT_MS, at),
  ]);
  return {
    isProduction: production?.results.length === 1,
    suspectDeploymentId: suspect?.results[0]?.id ?? null,
  };
}
