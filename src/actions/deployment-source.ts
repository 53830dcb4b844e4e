// From where a deployment comes, and whose work it is.

import type { DeploymentRecord } from '../contract/deployment.ts';
import type { CreateDeploymentBody } from '../contract/deployment-request.ts';
import { ok, type Result, refuse, TASK_NOT_FOUND } from '../contract/error.ts';
import { platformDb } from '../db/database.ts';
import { findRunner } from '../db/runners.ts';
import type { Ask } from './ask.ts';
import { holdsLease, mayDeploy } from './deployment-target.ts';
import { targetTask } from './target.ts';

type Origin = Pick<DeploymentRecord, 'source' | 'lease' | 'requesters'>;

const LACKS_WRITE = refuse(
  'insufficient_scope',
  'The credential lacks the scope deployments:write; for a task, its lease is needed.',
);

/** The caller, the person whose runner it is, and who made the task: none of them approves it alone. */
export async function requestersOf(
  { actor, env }: Ask,
  taskMaker: string | null,
): Promise<readonly string[]> {
  const runner = actor.kind === 'runner' ? await findRunner(platformDb(env), actor.id) : null;
  const owner = runner === null ? [] : [runner.ownerId];
  return [...new Set([actor.id, ...owner, ...(taskMaker === null ? [] : [taskMaker])])];
}

/** What a body says of its source, once the lease that it names is seen to be held by the caller. */
export async function originOf(
  ask: Ask,
  projectId: string,
  { source }: CreateDeploymentBody,
): Promise<Result<Origin>> {
  const { taskId = null, leaseId, epoch } = source ?? {};
  const kind = source?.kind ?? (ask.actor.kind === 'person' ? 'manual' : 'ci');
  const shown = { kind, taskId, deploymentId: null, ...placeIn(source) };
  if (taskId === null || leaseId === undefined || epoch === undefined) {
    if (!mayDeploy(ask, projectId)) return LACKS_WRITE;
    return ok({ source: shown, lease: null, requesters: await requestersOf(ask, null) });
  }
  const lease = { leaseId, epoch };
  const maker = await makerOf(ask, { taskId, projectId });
  if (!maker.ok) return maker;
  const held = await holdsLease(ask, taskId, lease);
  if (!held.ok) return held;
  return ok({ source: shown, lease, requesters: await requestersOf(ask, maker.value) });
}

const placeIn = (source: CreateDeploymentBody['source']) => ({
  repository: source?.repository ?? null,
  branch: source?.branch ?? null,
  commit: source?.commit ?? null,
  url: source?.url ?? null,
});

/** A task of another project does not exist here. */
async function makerOf(
  ask: Ask,
  { taskId, projectId }: { readonly taskId: string; readonly projectId: string },
): Promise<Result<string>> {
  const target = await targetTask(ask, taskId);
  if (!target.ok) return target;
  const task = await target.value.read(ask.actor);
  if (!task.ok) return task;
  return task.value.projectId === projectId ? ok(task.value.createdBy) : TASK_NOT_FOUND;
}
