import type { Deployment, DeploymentRecord } from '../../contract/deployment.ts';
import { isOpen, nextStage } from './stages.ts';

function waitingFor({ state, artifacts, approval }: DeploymentRecord): Deployment['waitingFor'] {
  if (state !== 'ready') return null;
  if (artifacts.length === 0) return 'artifact';
  const isOpenVote = approval !== null && approval.votes.length < approval.required;
  return isOpenVote ? 'human' : 'promotion';
}

/** As answers and events show it, always with all its members. */
export function deploymentView(record: DeploymentRecord): Deployment {
  const { state, approval } = record;
  const isAtWork = isOpen(record) && state !== 'pending';
  return {
    id: record.id,
    projectId: record.projectId,
    environment: record.environment,
    release: record.release,
    state,
    currentStage: isAtWork ? nextStage(record) : null,
    autoPromote: record.autoPromote,
    waitingFor: waitingFor(record),
    source: record.source,
    stages: record.stages,
    artifacts: record.artifacts,
    failure: record.failure,
    approval,
    timeoutSeconds: record.timeoutSeconds,
    deadlineAt: record.deadlineAt,
    promotedAt: record.promotedAt,
    promotedBy: record.promotedBy,
    supersededBy: record.supersededBy,
    createdBy: record.createdBy,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    finishedAt: record.finishedAt,
    revision: record.revision,
  };
}
