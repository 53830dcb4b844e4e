// The table `deployments`, counted: what was begun and what ended in a span of time, each found by an index.

import { idFrom } from '../contract/id.ts';
import { SAMPLES_MAX } from '../contract/metrics.ts';
import type { ProjectDb } from './database.ts';

/** A span of time in milliseconds, whose end is not in it. `environments` null: all of them. */
export interface Counted {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly environments: readonly string[] | null;
}

const HERE = '(?4 IS NULL OR environment IN (SELECT value FROM json_each(?4)))';
const STARTED = `SELECT count(*) AS n FROM deployments
  WHERE project_id = ?1 AND id >= ?2 AND id < ?3 AND ${HERE}`;
const ENDED = `SELECT state, count(*) AS n FROM deployments
  WHERE project_id = ?1 AND finished_at >= ?2 AND finished_at < ?3 AND ${HERE} GROUP BY state`;
const TOOK = `SELECT finished_at - coalesce(started_at, created_at) AS ms FROM deployments
  WHERE project_id = ?1 AND finished_at >= ?2 AND finished_at < ?3 AND ${HERE}
  AND state IN ('succeeded', 'failed') ORDER BY finished_at DESC LIMIT ?5`;

export interface DeploymentSums {
  readonly started: number;
  readonly ended: Readonly<Record<string, number>>;
  /** Of the newest of those that succeeded or failed, in milliseconds. */
  readonly tookMs: readonly number[];
}

interface Row {
  readonly state: string;
  readonly n: number;
  readonly ms: number;
}

export async function sumDeployments(
  db: ProjectDb,
  { sinceMs, untilMs, environments }: Counted,
): Promise<DeploymentSums> {
  const among = environments === null ? null : JSON.stringify(environments);
  const [started, ended, took] = await db.batch<Row>([
    db.prepare(STARTED, idFrom('dep', sinceMs), idFrom('dep', untilMs), among),
    db.prepare(ENDED, sinceMs, untilMs, among),
    db.prepare(TOOK, sinceMs, untilMs, among, SAMPLES_MAX),
  ]);
  return {
    started: started?.results[0]?.n ?? 0,
    ended: Object.fromEntries((ended?.results ?? []).map(({ state, n }) => [state, n])),
    tookMs: (took?.results ?? []).map(({ ms }) => ms),
  };
}
