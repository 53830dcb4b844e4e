// The table `deployments`, found and listed. How one changes stands in deployment-changes.ts.

import type { DeploymentRecord } from '../contract/deployment.ts';
import { isoOf, isoOrNull } from '../contract/instant.ts';
import { type DatabaseEnv, type ProjectDb, platformDb } from './database.ts';

/** As the statement answers it: times in milliseconds, what is nested as JSON. */
interface Raw {
  readonly id: string;
  readonly projectId: string;
  readonly environment: string;
  readonly release: string | null;
  readonly state: string;
  readonly source: string;
  readonly stages: string;
  readonly artifacts: string;
  readonly failure: string | null;
  readonly approval: string | null;
  readonly autoPromote: number;
  readonly timeoutSeconds: number;
  readonly deadlineAt: number;
  readonly readyAt: number | null;
  readonly promotedAt: number | null;
  readonly promotedBy: string | null;
  readonly supersededBy: string | null;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly revision: number;
}

const COLUMNS = `id, project_id AS projectId, environment, release, state, source, stages, artifacts, failure, approval,
  auto_promote AS autoPromote, timeout_seconds AS timeoutSeconds, deadline_at AS deadlineAt, ready_at AS readyAt,
  promoted_at AS promotedAt, promoted_by AS promotedBy, superseded_by AS supersededBy, created_by AS createdBy,
  created_at AS createdAt, started_at AS startedAt, finished_at AS finishedAt, revision`;
const FIND = `SELECT ${COLUMNS} FROM deployments WHERE id = ?`;
/** A filter that is null filters nothing. */
const WANTED = `project_id = ?1 AND (?2 IS NULL OR environment IN (SELECT value FROM json_each(?2)))
  AND (?3 IS NULL OR state = ?3) AND (?4 IS NULL OR task_id = ?4)`;
const PAGE = `SELECT ${COLUMNS} FROM deployments WHERE ${WANTED} AND (?5 IS NULL OR id < ?5)
  ORDER BY id DESC LIMIT ?6 OFFSET ?7`;
const COUNT = `SELECT count(*) AS total FROM deployments WHERE ${WANTED}`;
const COUNT_OPEN = `SELECT count(*) AS total FROM deployments
  WHERE project_id = ?1 AND state IN ('pending', 'running', 'ready')`;

/** What stands beside the source of a deployment in its column and is shown to nobody. */
export type StoredSource = DeploymentRecord['source'] &
  Pick<DeploymentRecord, 'lease' | 'requesters'>;

function recordOf(raw: Raw): DeploymentRecord {
  // Our own bytes, written by deployment-changes.ts.
  const { lease, requesters, ...source } = JSON.parse(raw.source) as StoredSource;
  return {
    ...raw,
    state: raw.state as DeploymentRecord['state'],
    source,
    stages: JSON.parse(raw.stages) as DeploymentRecord['stages'],
    artifacts: JSON.parse(raw.artifacts) as DeploymentRecord['artifacts'],
    failure: raw.failure && (JSON.parse(raw.failure) as DeploymentRecord['failure']),
    approval: raw.approval && (JSON.parse(raw.approval) as DeploymentRecord['approval']),
    autoPromote: raw.autoPromote === 1,
    deadlineAt: isoOf(raw.deadlineAt),
    readyAt: isoOrNull(raw.readyAt),
    promotedAt: isoOrNull(raw.promotedAt),
    createdAt: isoOf(raw.createdAt),
    startedAt: isoOrNull(raw.startedAt),
    finishedAt: isoOrNull(raw.finishedAt),
    lease,
    requesters,
  } as DeploymentRecord;
}

/** By its id alone: whose it is, its row says. */
export async function findDeployment(
  env: DatabaseEnv,
  id: string,
): Promise<DeploymentRecord | null> {
  const raw = await platformDb(env).prepare(FIND).bind(id).first<Raw>();
  return raw && recordOf(raw);
}

export interface DeploymentsWanted {
  /** Null: of all. */
  readonly environments: readonly string[] | null;
  readonly state: string | undefined;
  readonly taskId: string | undefined;
}

interface Slice {
  readonly limit: number;
  readonly offset: number;
  readonly after: string | null;
  readonly counted: boolean;
}

/** A page, newest first, and how many there are where they are to be counted. */
export async function listDeployments(
  db: ProjectDb,
  { environments, state, taskId }: DeploymentsWanted,
  { limit, offset, after, counted }: Slice,
): Promise<{ readonly rows: readonly DeploymentRecord[]; readonly total: number | null }> {
  const wanted = [environments && JSON.stringify(environments), state ?? null, taskId ?? null];
  const page = db.prepare(PAGE, ...wanted, after, limit, offset);
  const batch = counted ? [page, db.prepare(COUNT, ...wanted)] : [page];
  const [found, total] = await db.batch<Raw & { total: number }>(batch);
  return { rows: (found?.results ?? []).map(recordOf), total: total?.results[0]?.total ?? null };
}

/** How many of the project are neither promoted nor ended. */
export async function countOpenDeployments(db: ProjectDb): Promise<number> {
  return (await db.prepare(COUNT_OPEN).first<number>('total')) ?? 0;
}
