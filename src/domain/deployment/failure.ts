import type { DeploymentFailure, DeploymentRecord } from '../../contract/deployment.ts';
import { isoOf } from '../../contract/instant.ts';
import { usualSteps } from './remediation.ts';
import { isDone, nextStage, reached, swept } from './stages.ts';

type Cause = Pick<DeploymentFailure, 'stage' | 'summary' | 'detectedBy'> & {
  readonly remediation?: readonly string[];
  readonly logUrl?: string | null;
};

/** It has failed at a stage of its own or at the promotion: what is left is not worked on. */
export function failed(record: DeploymentRecord, cause: Cause, now: number): DeploymentRecord {
  const at = isoOf(now);
  const { stage, summary, detectedBy, remediation = [], logUrl = null } = cause;
  const stages = record.stages.map((one) =>
    one.name === stage ? { ...reached(one, 'failed', at), summary } : one,
  );
  const steps = remediation.length > 0 ? [...remediation] : usualSteps(stage, isTimeout(cause));
  return {
    ...record,
    state: 'failed',
    stages: [...swept(stages, at)],
    failure: {
      ...{ stage, summary, remediation: steps },
      ...{ logUrl: logUrl ?? logOf(record, stage), at, detectedBy },
    },
    finishedAt: at,
  };
}

const isTimeout = ({ detectedBy }: Cause): boolean => detectedBy === 'timeout';

const logOf = ({ stages }: DeploymentRecord, stage: string): string | null =>
  stages.find(({ name }) => name === stage)?.logUrl ?? null;

/** Its time is over, or that of those who should have approved it. */
export function timedOut(record: DeploymentRecord, now: number): DeploymentRecord {
  const { approval, timeoutSeconds } = record;
  const summary =
    approval === null
      ? `It was not done within ${timeoutSeconds} s.`
      : `It was not approved in time: ${approval.votes.length} of ${approval.required}.`;
  return failed(record, { stage: nextStage(record), summary, detectedBy: 'timeout' }, now);
}

/** Ended by somebody who does not want it any more. The reason stands at what was to be done next. */
export function cancelled(
  record: DeploymentRecord,
  reason: string | null,
  now: number,
): DeploymentRecord {
  const at = isoOf(now);
  const next = record.stages.findIndex((stage) => !isDone(stage));
  const stages = swept(record.stages, at).map((stage, index) =>
    index === next ? { ...stage, summary: reason ?? stage.summary } : stage,
  );
  return { ...record, state: 'cancelled', stages, finishedAt: at };
}
