// The objects of a project that are asked for sums of their own.

import type { ProjectDb } from './database.ts';

const HERE = '(?2 IS NULL OR environment IN (SELECT value FROM json_each(?2)))';
const MONITORS = `SELECT id, name, environment FROM monitors WHERE project_id = ?1 AND ${HERE} ORDER BY id LIMIT ?3`;
/** An endpoint of all environments is one of each. */
const ENDPOINTS = `SELECT id, '' AS name, NULL AS environment FROM webhook_endpoints WHERE project_id = ?1
  AND (?2 IS NULL OR environments IS NULL OR EXISTS (SELECT 1 FROM json_each(environments) AS own
    JOIN json_each(?2) AS asked ON own.value = asked.value)) ORDER BY id LIMIT ?3`;

/** Of each kind; there are no more of one project. */
const MAX = 50;

export interface NamedMonitor {
  readonly id: string;
  readonly name: string;
  readonly environment: string;
}

export interface MetricsSources {
  readonly monitors: readonly NamedMonitor[];
  readonly endpoints: readonly string[];
}

export async function readMetricsSources(
  db: ProjectDb,
  environments: readonly string[] | null,
): Promise<MetricsSources> {
  const among = environments === null ? null : JSON.stringify(environments);
  const found = await db.batch<NamedMonitor>([
    db.prepare(MONITORS, among, MAX),
    db.prepare(ENDPOINTS, among, MAX),
  ]);
  const [monitors = [], endpoints = []] = found.map(({ results }) => results);
  return { monitors, endpoints: endpoints.map(({ id }) => id) };
}
