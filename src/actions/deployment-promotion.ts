// Promotion: by who may deploy, in protected environments by people, and again of what was promoted before.

import { newId } from '../auth/id.ts';
import type { Deployment, DeploymentRecord } from '../contract/deployment.ts';
import type { RedeployBody } from '../contract/deployment-request.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { Reply } from '../contract/reply.ts';
import { newArtifact, newDeployment } from '../domain/deployment/new-deployment.ts';
import type { Ask } from './ask.ts';
import { changeOnce } from './change-once.ts';
import { changeDeployment } from './deployment-change.ts';
import { requestersOf } from './deployment-source.ts';
import { lookAt, mayReport, targetDeployment, voterOf } from './deployment-target.ts';
import { insertNew, whereTo } from './deployments.ts';
import type { Precondition } from './precondition.ts';
import { loadProject } from './projects.ts';

const NEVER_LIVE = refuse(
  'invalid_transition',
  'Only what has been promoted is promoted again; open a new deployment instead.',
);

/** A vote needs no right to deployments; whether a vote is what is asked for, the deployment knows. */
async function mayPromote(ask: Ask, record: DeploymentRecord): Promise<Result<null>> {
  const { approval, projectId } = record;
  if (voterOf(ask, projectId) !== null) {
    if (approval !== null) return ok(null);
    const { facts } = await lookAt(ask, record);
    if (facts.place?.rule) return ok(null);
  }
  // Who can be no voter is told so, whatever else it lacks.
  return approval === null ? mayReport(ask, record) : ok(null);
}

/** Promotes a deployment that is ready, or gives one of the approvals that it waits for. */
export function promoteDeployment(
  ask: Ask,
  { id, precondition }: { readonly id: string; readonly precondition: Precondition },
  { force }: { readonly force: boolean },
): Promise<Result<Reply<Deployment>>> {
  const by = ask.actor.id;
  return changeDeployment(ask, {
    id,
    precondition,
    command: ({ projectId }) => {
      return { type: 'promote', force, by, voter: voterOf(ask, projectId) };
    },
    action: ({ state }) => (state === 'succeeded' ? 'deployment.promoted' : 'deployment.approved'),
    detail: { force },
    status: 200,
    may: mayPromote,
  });
}

/** The same artifacts again: here, which is a rollback where another is live, or in another environment. */
export function redeploy(
  ask: Ask,
  id: string,
  body: RedeployBody,
): Promise<Result<Reply<Deployment>>> {
  return changeOnce(
    ask,
    async () => {
      const target = await targetDeployment(ask, id);
      if (!target.ok) return target;
      const original = target.value;
      const entered = await loadProject(ask, original.projectId);
      if (!entered.ok) return entered;
      const inBody =
        body.environment ?? (ask.environment === undefined ? original.environment : undefined);
      const environment = whereTo(ask, entered.value, inBody);
      if (!environment.ok) return environment;
      return ok({ original, environment: environment.value });
    },
    async ({ original, environment }) => {
      if (original.state !== 'succeeded') return NEVER_LIVE;
      const { now, actor } = ask;
      const { projectId, release, source, timeoutSeconds } = original;
      const { facts, live } = await lookAt(ask, { projectId, environment, approval: null });
      const again = { ...source, kind: 'promotion', taskId: null, deploymentId: id } as const;
      const record = newDeployment(
        {
          ...{ id: newId('dep', now), projectId, environment, release, timeoutSeconds },
          ...{ source: again, createdBy: actor.id, stages: [] },
          requesters: await requestersOf(ask, null),
          artifacts: original.artifacts.map((one) => newArtifact(newId('art', now), one, now)),
        },
        facts,
      );
      return insertNew(ask, record, live);
    },
  );
}
