import { newId } from '../auth/id.ts';
import { forgetRunner } from '../auth/runner-lookup.ts';
import { newSecret } from '../auth/secret.ts';
import { hashSecret } from '../auth/secret-hash.ts';
import { BATCH } from '../contract/batch.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { RUNNER_ID } from '../contract/id.ts';
import { rankOf, roleIn } from '../contract/principal.ts';
import {
  type ClaimAnswer,
  type ClaimBody,
  type QueueAnswer,
  type RegisterBody,
  type Registered,
  type RegisteredBefore,
  RUNNER_PROTOCOL,
  type Runner,
} from '../contract/runner.ts';
import { HEARTBEAT_MS, LEASE_TTL_MS } from '../contract/timing.ts';
import { auditAfter } from '../db/audit.ts';
import { platformDb } from '../db/database.ts';
import { findRunner, markDraining, revokeRunner, upsertRunner } from '../db/runners.ts';
import { heard } from '../rpc/dispatch.ts';
import { projectObject, taskObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { closeSockets } from './close-sockets.ts';
import { auditRowOf, type Deed } from './effect.ts';
import { checkEnvironment, shownEnvironments } from './environment.ts';
import { onceInProject } from './once-in-project.ts';
import { enterProject, targetProject } from './target.ts';

const NOT_FOUND = refuse('not_found', 'Runner not found');
const NOT_YOURS = refuse('role_too_low', 'The runner belongs to somebody else.', {
  hint: 'Request the project-admin role.',
});

interface Registration {
  readonly created: boolean;
  readonly body: Registered | RegisteredBefore;
}

/** Registers a runner. A known `instanceId` of the same owner gets a new token, and its old one is dead. */
export async function registerRunner(ask: Ask, body: RegisterBody): Promise<Result<Registration>> {
  if (!body.protocols.includes(RUNNER_PROTOCOL)) {
    return refuse('protocol_unsupported', 'None of the protocols offered is spoken here.', {
      supported: [RUNNER_PROTOCOL],
    });
  }
  const project = await targetProject(ask, body.projectId);
  if (!project.ok) return project;
  // Its own token is for no more than the one that it is registered with; none named are all of them.
  const { environments: mine = [] } = ask.actor;
  const environments = body.environments.length === 0 ? mine : body.environments;
  for (const name of environments) {
    const mayRun = checkEnvironment(ask, name);
    if (!mayRun.ok) return mayRun;
  }
  return onceInProject(ask, project.value.id, {
    work: () => register(ask, project.value.id, { ...body, environments: [...environments] }),
    keep: (done) => ({ ...done, body: { ...done.body, token: null, secretAlreadyShown: true } }),
  });
}

async function register(
  ask: Ask,
  projectId: string,
  body: RegisterBody,
): Promise<Result<Registration>> {
  const { env, actor, now } = ask;
  const token = newSecret('run');
  const { instanceId, name, labels, environments, capacity } = body;
  const hash = await hashSecret(env, token);
  const who = { id: newId('run', now), projectId, ownerId: actor.id, instanceId, createdAt: now };
  const db = platformDb(env);
  const { id, created } = await upsertRunner(
    db,
    { ...who, hash, name, labels, capacity },
    (row) => [
      auditAfter(
        db,
        auditRowOf(ask, {
          projectId,
          action: row.created ? 'runner.registered' : 'runner.token_replaced',
          target: { type: 'runner', id: row.id },
          changes: { before: null, after: { name, labels, environments, capacity } },
        }),
      ),
    ],
  );
  forgetRunner(id);
  // What its old token has opened.
  if (!created) await closeSockets(env, [id]);
  const runner = await projectObject(env, projectId).registerRunner({
    id,
    name,
    labels,
    environments,
    capacity,
  });
  return ok({
    created,
    body: {
      runner,
      token,
      protocol: RUNNER_PROTOCOL,
      leaseTtlMs: LEASE_TTL_MS,
      heartbeatMs: HEARTBEAT_MS,
      batch: { ...BATCH },
      serverTime: new Date(now).toISOString(),
    },
  });
}

export async function listRunners(
  ask: Ask,
  projectId?: string,
): Promise<Result<{ runners: Runner[]; count: number }>> {
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  const runners = await projectObject(ask.env, project.value.id).listRunners(
    shownEnvironments(ask),
  );
  return ok({ runners, count: runners.length });
}

/** The project of a runner that the caller may see. A runner sees itself without a look at D1. */
async function projectOf(ask: Ask, runnerId: string): Promise<Result<string>> {
  const { actor, env } = ask;
  if (!RUNNER_ID.test(runnerId)) return NOT_FOUND;
  if (actor.id === runnerId) return ok(actor.defaultProjectId);
  if (actor.kind === 'runner') return NOT_FOUND;
  const row = await findRunner(platformDb(env), runnerId);
  if (row === null) return NOT_FOUND;
  const project = await enterProject(ask, row.projectId, NOT_FOUND);
  return project.ok ? ok(project.value.id) : project;
}

/** The project of a runner that the caller may steer: its owner, an admin of the project, or the runner itself. */
async function steered(ask: Ask, runnerId: string): Promise<Result<string>> {
  const projectId = await projectOf(ask, runnerId);
  const { actor, env } = ask;
  if (!projectId.ok || actor.id === runnerId) return projectId;
  const role = roleIn(actor, projectId.value) ?? 'viewer';
  if (rankOf(role) >= rankOf('project-admin')) return projectId;
  const row = await findRunner(platformDb(env), runnerId);
  return row?.ownerId === actor.id ? projectId : NOT_YOURS;
}

export async function getRunner(ask: Ask, runnerId: string): Promise<Result<Runner>> {
  const projectId = await projectOf(ask, runnerId);
  if (!projectId.ok) return projectId;
  const runner = await projectObject(ask.env, projectId.value).findRunner(
    runnerId,
    shownEnvironments(ask),
  );
  return runner === null ? NOT_FOUND : ok(runner);
}

/** Claims tasks for the runner whose token asks. An empty answer says what waits and why. */
export async function claim(
  ask: Ask,
  runnerId: string,
  body: ClaimBody,
): Promise<Result<ClaimAnswer>> {
  const { actor, env } = ask;
  if (actor.id !== runnerId) {
    return actor.kind === 'runner'
      ? NOT_FOUND
      : refuse('insufficient_scope', 'A claim needs the token of the runner itself.');
  }
  const claimed = heard(
    ask,
    await projectObject(env, actor.defaultProjectId).claim({ actor, body }, ask.idempotency),
  );
  return claimed.ok ? ok({ ...claimed.value, retryAfterMs: 0 }) : claimed;
}

export async function drainRunner(ask: Ask, runnerId: string): Promise<Result<{ ok: true }>> {
  const projectId = await steered(ask, runnerId);
  if (!projectId.ok) return projectId;
  await noted(ask, markDraining(platformDb(ask.env), runnerId, ask.now), {
    projectId: projectId.value,
    action: 'runner.drained',
    target: { type: 'runner', id: runnerId },
  });
  const door = projectObject(ask.env, projectId.value);
  const drained = heard(ask, await door.drainRunner(runnerId, ask.idempotency));
  return drained.ok ? ok({ ok: true }) : drained;
}

/** Removes a runner and kills its token. */
export async function removeRunner(
  ask: Ask,
  runnerId: string,
  force: boolean,
): Promise<Result<{ ok: true }>> {
  const projectId = await steered(ask, runnerId);
  if (!projectId.ok) return projectId;
  const project = projectObject(ask.env, projectId.value);
  const removed = await project.removeRunner(runnerId, force);
  if (!removed.ok) return removed;
  await noted(ask, revokeRunner(platformDb(ask.env), runnerId, ask.now), {
    projectId: projectId.value,
    action: 'runner.removed',
    target: { type: 'runner', id: runnerId },
  });
  forgetRunner(runnerId);
  await closeSockets(ask.env, [runnerId]);
  // A session was opened with the credential that is dead now.
  const held = await project.tasksOf(runnerId);
  await Promise.all(held.map((taskId) => taskObject(ask.env, taskId).dismiss(runnerId)));
  return ok({ ok: true });
}

/** A change and its audit row in one batch, where it changes something. */
async function noted(ask: Ask, change: D1PreparedStatement, deed: Deed): Promise<void> {
  const db = platformDb(ask.env);
  await db.batch([change, auditAfter(db, auditRowOf(ask, deed))]);
}

export async function readQueue(ask: Ask, projectId?: string): Promise<Result<QueueAnswer>> {
  const project = await targetProject(ask, projectId);
  if (!project.ok) return project;
  return ok(await projectObject(ask.env, project.value.id).readQueue(shownEnvironments(ask)));
}
