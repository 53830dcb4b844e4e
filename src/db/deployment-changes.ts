// How deployments are made and changed: by revision, and with one promoted the environment in the same batch.

import { type DeploymentRecord, OPEN_DEPLOYMENTS_MAX } from '../contract/deployment.ts';
import { type DatabaseEnv, ProjectDb, platformDb } from './database.ts';
import type { StoredSource } from './deployments.ts';
import { touchProjectAnyhow } from './projects.ts';

/** The place is as it was looked at: the same is live there, and it has not come to be protected since. */
const SAME_PLACE = `EXISTS (SELECT 1 FROM environments e WHERE e.project_id = ?1 AND e.name = ?2
  AND (?4 = 0 OR (e.current_deployment_id IS ?5 AND (e.protected = 0 OR ?11 IS NOT NULL))))`;
const INSERT = `INSERT INTO deployments (project_id, environment, id, state, source, stages, artifacts, failure, approval,
  deadline_at, ready_at, promoted_at, promoted_by, started_at, finished_at, release, auto_promote, timeout_seconds,
  task_id, created_by, created_at)
  SELECT ?1, ?2, ?3, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23
  WHERE ${SAME_PLACE} AND (SELECT count(*) FROM deployments
    WHERE project_id = ?1 AND state IN ('pending', 'running', 'ready')) < ?24`;
const SAVE = `UPDATE deployments SET state = ?6, source = ?7, stages = ?8, artifacts = ?9, failure = ?10, approval = ?11,
  deadline_at = ?12, ready_at = ?13, promoted_at = ?14, promoted_by = ?15, started_at = ?16, finished_at = ?17,
  revision = revision + 1
  WHERE project_id = ?1 AND id = ?3 AND revision = ?18 AND (?4 = 0 OR ${SAME_PLACE})`;
const SUPERSEDE = `UPDATE deployments SET superseded_by = ?3, revision = revision + 1
  WHERE project_id = ?1 AND id = ?2 AND changes() > 0`;
const MOVE = `UPDATE environments SET current_deployment_id = ?3
  WHERE project_id = ?1 AND name = ?2 AND changes() > 0`;

/** What was live in the environment when the change was decided. */
export interface LiveBefore {
  readonly currentDeploymentId: string | null;
  /** False: the row of it is not there. */
  readonly isKnown: boolean;
}

const msOf = (iso: string | null): number | null => (iso === null ? null : Date.parse(iso));
const textOf = (value: object | null): string | null => value && JSON.stringify(value);

const isPromoted = ({ state }: DeploymentRecord): boolean => state === 'succeeded';

const valuesOf = (record: DeploymentRecord, live: LiveBefore) => {
  const { source, lease, requesters } = record;
  const stored: StoredSource = { ...source, lease, requesters };
  return [
    record.environment,
    record.id,
    isPromoted(record) ? 1 : 0,
    live.currentDeploymentId,
    record.state,
    JSON.stringify(stored),
    JSON.stringify(record.stages),
    JSON.stringify(record.artifacts),
    textOf(record.failure),
    textOf(record.approval),
    Date.parse(record.deadlineAt),
    msOf(record.readyAt),
    msOf(record.promotedAt),
    record.promotedBy,
    msOf(record.startedAt),
    msOf(record.finishedAt),
  ] as const;
};

type Statements = readonly [D1PreparedStatement, ...D1PreparedStatement[]];

/** Each follows only if the one before it has changed a row. */
function withMove(
  env: DatabaseEnv,
  first: D1PreparedStatement,
  { record, live, now }: { record: DeploymentRecord; live: LiveBefore; now: number },
): Statements {
  if (!isPromoted(record)) return [first];
  const { projectId, environment, id } = record;
  const db = new ProjectDb(env, projectId);
  const { currentDeploymentId: before, isKnown } = live;
  const isReplaced = before !== null && isKnown;
  return [
    first,
    ...(isReplaced ? [db.prepare(SUPERSEDE, before, id)] : []),
    db.prepare(MOVE, environment, id),
    touchProjectAnyhow(platformDb(env), projectId, now),
  ];
}

/** Changes nothing where the environment is another by now, or too many are open. */
export function insertDeployment(
  env: DatabaseEnv,
  record: DeploymentRecord,
  { live, now }: { readonly live: LiveBefore; readonly now: number },
): Statements {
  const first = new ProjectDb(env, record.projectId).prepare(
    INSERT,
    ...valuesOf(record, live),
    record.release,
    record.autoPromote ? 1 : 0,
    record.timeoutSeconds,
    record.source.taskId,
    record.createdBy,
    Date.parse(record.createdAt),
    OPEN_DEPLOYMENTS_MAX,
  );
  return withMove(env, first, { record, live, now });
}

/** Changes nothing where the revision is another by now; for a promotion, where the environment is. */
export function saveDeployment(
  env: DatabaseEnv,
  record: DeploymentRecord,
  { live, now }: { readonly live: LiveBefore; readonly now: number },
): Statements {
  const db = new ProjectDb(env, record.projectId);
  const first = db.prepare(SAVE, ...valuesOf(record, live), record.revision - 1);
  return withMove(env, first, { record, live, now });
}
