// What is reported on a deployment: its stages, its artifacts, that it has failed, that it is not wanted any more.

import { newId } from '../auth/id.ts';
import type { Deployment } from '../contract/deployment.ts';
import type {
  ArtifactBody,
  CancelDeploymentBody,
  FailBody,
  StageReportBody,
} from '../contract/deployment-request.ts';
import type { Result } from '../contract/error.ts';
import type { Reply } from '../contract/reply.ts';
import { newArtifact } from '../domain/deployment/new-deployment.ts';
import { redactMembers } from '../domain/redact.ts';
import type { Ask } from './ask.ts';
import { changeDeployment } from './deployment-change.ts';
import { requestersOf } from './deployment-source.ts';
import type { Precondition } from './precondition.ts';

type Answer = Promise<Result<Reply<Deployment>>>;

export function reportStage(
  ask: Ask,
  named: { readonly id: string; readonly name: string; readonly precondition: Precondition },
  body: StageReportBody,
): Answer {
  const { id, name, precondition } = named;
  return changeDeployment(ask, {
    id,
    precondition,
    command: () => ({ type: 'report-stage', stage: name, ...redactMembers(body) }),
    action: () => 'deployment.stage_reported',
    detail: { stage: name, stageState: body.state },
    status: 200,
  });
}

export async function addArtifact(ask: Ask, id: string, body: ArtifactBody): Answer {
  const artifact = newArtifact(newId('art', ask.now), redactMembers(body), ask.now);
  const requesters = await requestersOf(ask, null);
  return changeDeployment(ask, {
    id,
    command: () => ({ type: 'add-artifact', artifact, requesters }),
    action: () => 'deployment.artifact_added',
    detail: { artifact: artifact.id, digest: artifact.digest },
    status: 201,
  });
}

export function failDeployment(ask: Ask, id: string, body: FailBody): Answer {
  return changeDeployment(ask, {
    id,
    command: () => ({ type: 'fail', ...redactMembers(body) }),
    action: () => 'deployment.failed',
    detail: { stage: body.stage },
    status: 200,
  });
}

export function cancelDeployment(ask: Ask, id: string, body: CancelDeploymentBody): Answer {
  const { reason } = redactMembers(body);
  return changeDeployment(ask, {
    id,
    command: () => ({ type: 'cancel', reason }),
    action: () => 'deployment.cancelled',
    detail: { reason },
    status: 200,
  });
}
