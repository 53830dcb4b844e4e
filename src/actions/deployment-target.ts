// The deployment that a request means, where it is deployed, and who may report on it.

import { DEPLOYMENT_ID, type DeploymentRecord } from '../contract/deployment.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { LOCAL_OWNER_ID } from '../contract/id.ts';
import { type Role, roleIn, scopesIn } from '../contract/principal.ts';
import { type FoundPlace, findPlace, findStandings } from '../db/approvers.ts';
import { ProjectDb } from '../db/database.ts';
import type { LiveBefore } from '../db/deployment-changes.ts';
import { findDeployment } from '../db/deployments.ts';
import { ruleOf, type Voter } from '../domain/approval.ts';
import type { Facts, Place } from '../domain/deployment/command.ts';
import type { Ask } from './ask.ts';
import { checkEnvironment, checkHeader } from './environment.ts';
import { enterProject, targetTask } from './target.ts';

const NOT_FOUND = refuse('not_found', 'Deployment not found');
const LACKS_WRITE = refuse(
  'insufficient_scope',
  'The credential lacks the scope deployments:write.',
);

/** The deployment, if it is of a project of the caller's and its role there allows what is asked. */
export async function targetDeployment(ask: Ask, id: string): Promise<Result<DeploymentRecord>> {
  if (!DEPLOYMENT_ID.test(id)) return NOT_FOUND;
  const record = await findDeployment(ask.env, id);
  if (record === null) return NOT_FOUND;
  const project = await enterProject(ask, record.projectId, NOT_FOUND);
  if (!project.ok) return project;
  const header = checkHeader(ask, project.value);
  if (!header.ok) return header;
  const here = checkEnvironment(ask, record.environment);
  return here.ok ? ok(record) : here;
}

/** Whether the caller's credential and role are for deployments at large. */
export const mayDeploy = ({ actor }: Ask, projectId: string): boolean =>
  scopesIn(actor, projectId).includes('deployments:write');

/** Who has no right to deployments at large reports on what it has opened for a task whose lease it holds. */
export async function mayReport(ask: Ask, record: DeploymentRecord): Promise<Result<null>> {
  if (mayDeploy(ask, record.projectId)) return ok(null);
  const { lease, source } = record;
  if (lease === null || source.taskId === null) return LACKS_WRITE;
  return holdsLease(ask, source.taskId, lease);
}

/** Asked at the task itself: a lease that has ended is refused. */
export async function holdsLease(
  ask: Ask,
  taskId: string,
  { leaseId, epoch }: NonNullable<DeploymentRecord['lease']>,
): Promise<Result<null>> {
  const task = await targetTask(ask, taskId);
  if (!task.ok) return task;
  const work = await task.value.readWork({ actor: ask.actor, leaseId, epoch });
  return work.ok ? ok(null) : work;
}

/** A person who may decide gates here, in nobody else's name (RFC 8693 `act`). */
export function voterOf({ actor, credential }: Ask, projectId: string): Voter | null {
  const { id, name, kind } = actor;
  const role = roleIn(actor, projectId);
  const may = kind === 'person' && credential.delegated !== true && role !== undefined;
  return may && scopesIn(actor, projectId).includes('gates:approve') ? { id, name, role } : null;
}

export interface Looked {
  readonly facts: Facts;
  readonly live: LiveBefore;
}

const NOWHERE: LiveBefore = { currentDeploymentId: null, isKnown: false };

export const placeOf = (found: FoundPlace | null): Place | null =>
  found && {
    rule: found.policy && ruleOf(found.policy, found.eligible),
    currentDeploymentId: found.currentDeploymentId,
  };

/** The environment as it is now, and the roles of who has voted and of who asks. */
export async function lookAt(
  ask: Ask,
  {
    projectId,
    environment,
    approval,
  }: Pick<DeploymentRecord, 'projectId' | 'environment' | 'approval'>,
): Promise<Looked> {
  const db = new ProjectDb(ask.env, projectId);
  const voters = approval?.votes.map(({ approverId }) => approverId) ?? [];
  const [found, standings] = await Promise.all([
    findPlace(db, environment),
    findStandings(db, voters),
  ]);
  return {
    facts: {
      now: ask.now,
      place: placeOf(found),
      standings: { ...standings, ...ownRole(ask, projectId) },
    },
    live: found ?? NOWHERE,
  };
}

/** The local owner of open mode is an owner everywhere, and in no table. */
function ownRole({ actor }: Ask, projectId: string): Readonly<Record<string, Role>> {
  const role = roleIn(actor, projectId);
  const isPerson = actor.kind === 'person' || actor.id === LOCAL_OWNER_ID;
  return isPerson && role !== undefined ? { [actor.id]: role } : {};
}
