// The table `incidents`, counted: what was opened and resolved in a span of time, and what is open, each by an index.

import { idFrom } from '../contract/id.ts';
import { SAMPLES_MAX } from '../contract/metrics.ts';
import type { ProjectDb } from './database.ts';
import type { Counted } from './deployment-sums.ts';

const HERE = '(?4 IS NULL OR environment IN (SELECT value FROM json_each(?4)))';
const OPENED = `SELECT count(*) AS n FROM incidents
  WHERE project_id = ?1 AND id >= ?2 AND id < ?3 AND ${HERE}`;
const OPEN = `SELECT count(*) AS n FROM incidents WHERE project_id = ?1 AND state <> 'resolved'
  AND (?2 IS NULL OR environment IN (SELECT value FROM json_each(?2)))`;
const RESOLVED = `SELECT count(*) AS n FROM incidents
  WHERE project_id = ?1 AND resolved_at >= ?2 AND resolved_at < ?3 AND ${HERE}`;
const TOOK = `SELECT resolved_at - opened_at AS ms FROM incidents
  WHERE project_id = ?1 AND resolved_at >= ?2 AND resolved_at < ?3 AND ${HERE}
  ORDER BY resolved_at DESC LIMIT ?5`;

export interface IncidentSums {
  readonly opened: number;
  /** Now. */
  readonly open: number;
  readonly resolved: number;
  /** Of the newest, in milliseconds. */
  readonly tookMs: readonly number[];
}

export async function sumIncidents(
  db: ProjectDb,
  { sinceMs, untilMs, environments }: Counted,
): Promise<IncidentSums> {
  const among = environments === null ? null : JSON.stringify(environments);
  const [opened, open, resolved, took] = await db.batch<{ n: number; ms: number }>([
    db.prepare(OPENED, idFrom('inc', sinceMs), idFrom('inc', untilMs), among),
    db.prepare(OPEN, among),
    db.prepare(RESOLVED, sinceMs, untilMs, among),
    db.prepare(TOOK, sinceMs, untilMs, among, SAMPLES_MAX),
  ]);
  return {
    opened: opened?.results[0]?.n ?? 0,
    open: open?.results[0]?.n ?? 0,
    resolved: resolved?.results[0]?.n ?? 0,
    tookMs: (took?.results ?? []).map(({ ms }) => ms),
  };
}
