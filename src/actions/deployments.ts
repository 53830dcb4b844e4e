import { newId } from '../auth/id.ts';
import {
  type Deployment,
  type DeploymentRecord,
  type DeploymentsQuery,
  OPEN_DEPLOYMENTS_MAX,
} from '../contract/deployment.ts';
import type { CreateDeploymentBody } from '../contract/deployment-request.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Listing } from '../contract/listing.ts';
import type { Reply } from '../contract/reply.ts';
import { ProjectDb } from '../db/database.ts';
import { insertDeployment, type LiveBefore } from '../db/deployment-changes.ts';
import { countOpenDeployments, listDeployments as listRows } from '../db/deployments.ts';
import { newArtifact, newDeployment } from '../domain/deployment/new-deployment.ts';
import { newsOf } from '../domain/deployment/news.ts';
import { deploymentView } from '../domain/deployment/view.ts';
import { redactMembers } from '../domain/redact.ts';
import type { Ask } from './ask.ts';
import { changeOnce } from './change-once.ts';
import { deploymentReply } from './deployment-change.ts';
import { originOf } from './deployment-source.ts';
import { lookAt, targetDeployment } from './deployment-target.ts';
import { commit } from './effect.ts';
import { shownEnvironments } from './environment.ts';
import { happeningOf } from './happening.ts';
import { namedEnvironment } from './named-environment.ts';
import { readPage } from './paging.ts';
import { type Entered, loadProject } from './projects.ts';

/** A page, newest first, as far as the credential is for its environments. */
export async function listDeployments(
  ask: Ask,
  projectId: string,
  query: DeploymentsQuery,
): Promise<Result<Listing<Deployment>>> {
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  const { environment, state, taskId } = query;
  const shown = shownEnvironments(ask);
  const isShown = environment === undefined || shown === null || shown.includes(environment);
  const environments = environment === undefined ? shown : isShown ? [environment] : [];
  const db = new ProjectDb(ask.env, projectId);
  const wanted = { environments, state, taskId };
  const filter = {
    list: 'deployments',
    projectId,
    environments,
    state: state ?? null,
    taskId: taskId ?? null,
  };
  return readPage(ask, { query, filter }, (slice) => listRows(db, wanted, slice), deploymentView);
}

export async function getDeployment(ask: Ask, id: string): Promise<Result<Deployment>> {
  const target = await targetDeployment(ask, id);
  return target.ok ? ok(deploymentView(target.value)) : target;
}

/** Where it is deployed: there is no default, for that would be a guess. */
export function whereTo(ask: Ask, { row }: Entered, inBody: string | undefined): Result<string> {
  const place = namedEnvironment(ask, row.environments, inBody);
  return place.ok ? ok(place.value.name) : place;
}

/** Opens a deployment: for a pipeline elsewhere, by hand, or for a task by who holds its lease. */
export function createDeployment(
  ask: Ask,
  projectId: string,
  sent: CreateDeploymentBody,
): Promise<Result<Reply<Deployment>>> {
  const body = redactMembers(sent);
  return changeOnce(
    ask,
    async () => {
      const entered = await loadProject(ask, projectId);
      if (!entered.ok) return entered;
      const environment = whereTo(ask, entered.value, body.environment);
      if (!environment.ok) return environment;
      const origin = await originOf(ask, projectId, body);
      return origin.ok ? ok({ environment: environment.value, ...origin.value }) : origin;
    },
    async (found) => {
      const { now, actor } = ask;
      const place = { projectId, environment: found.environment, approval: null };
      const { facts, live } = await lookAt(ask, place);
      const { release, autoPromote, timeoutSeconds } = body;
      const record = newDeployment(
        {
          ...{ id: newId('dep', now), projectId, createdBy: actor.id, ...found },
          ...{ release, autoPromote, timeoutSeconds },
          stages: body.stages.map(({ name }) => name),
          artifacts: body.artifacts.map((one) => newArtifact(newId('art', now), one, now)),
        },
        facts,
      );
      return insertNew(ask, record, live);
    },
  );
}

/** Null where somebody was faster. */
export async function insertNew(
  ask: Ask,
  record: DeploymentRecord,
  live: LiveBefore,
): Promise<Result<Reply<Deployment>> | null> {
  const { projectId, id, environment, source, state } = record;
  const done = await commit<Deployment>(ask, {
    statements: insertDeployment(ask.env, record, { live, now: ask.now }),
    deed: {
      ...{ projectId, action: 'deployment.created', environment },
      target: { type: 'deployment', id },
      changes: { before: null, after: { state, release: record.release, source: source.kind } },
    },
    tells: newsOf(null, record, ask.now).map((news) => happeningOf(ask, news)),
    reply: deploymentReply(record, 201),
  });
  if (done !== null) return done;
  const open = await countOpenDeployments(new ProjectDb(ask.env, projectId));
  if (open < OPEN_DEPLOYMENTS_MAX) return null;
  return refuse('limit_reached', `At most ${OPEN_DEPLOYMENTS_MAX} deployments are open at a time.`);
}
