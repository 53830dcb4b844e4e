// What may happen to a deployment, and what comes of it. A state and a call that are not named here are refused.

import { ARTIFACTS_MAX, type DeploymentRecord, PROMOTE } from '../contract/deployment.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { isoOf } from '../contract/instant.ts';
import type {
  AddArtifact,
  DeploymentCommand,
  EndWithTask,
  Facts,
  Fail,
  ReportStage,
} from './deployment/command.ts';
import { cancelled, failed, timedOut } from './deployment/failure.ts';
import { promote, promotedInTime, settled } from './deployment/promotion.ts';
import { isDone, isOpen, nextStage, reached } from './deployment/stages.ts';

type Decided = Result<DeploymentRecord>;

/** The deployment after a command. The same object: nothing has changed, and it keeps its revision. */
export function decideDeployment(
  record: DeploymentRecord,
  command: DeploymentCommand,
  facts: Facts,
): Decided {
  const decided = decide(record, command, facts);
  if (!decided.ok || decided.value === record) return decided;
  return ok({ ...decided.value, revision: record.revision + 1 });
}

const STATE_SAYS: Readonly<Record<DeploymentRecord['state'], string>> = {
  pending: 'has not begun',
  running: 'is still running',
  ready: 'is ready',
  succeeded: 'has succeeded',
  failed: 'has failed',
  cancelled: 'was cancelled',
};

const forbidden = ({ state }: DeploymentRecord, what: string) =>
  refuse('invalid_transition', `The deployment ${STATE_SAYS[state]}: ${what}.`);

const isLate = ({ deadlineAt }: DeploymentRecord, { now }: Facts): boolean =>
  Date.parse(deadlineAt) <= now;

function decide(record: DeploymentRecord, command: DeploymentCommand, facts: Facts): Decided {
  if (command.type === 'tick') return ok(tick(record, facts));
  if (command.type === 'end-with-task') return ok(endWithTask(record, command, facts));
  if (command.type === 'report-stage' && !hasStage(record, command.stage)) {
    return refuse('not_found', 'Stage not found');
  }
  if (command.type === 'fail' && !hasStage(record, command.stage) && command.stage !== PROMOTE) {
    return wrongStage();
  }
  if (!isOpen(record)) return forbidden(record, 'it changes no more');
  // The alarm may ring late; the deadline counts all the same.
  if (isLate(record, facts)) return refuse('invalid_transition', 'The time of it is over.');
  switch (command.type) {
    case 'report-stage':
      return reportStage(record, command, facts);
    case 'add-artifact':
      return addArtifact(record, command, facts);
    case 'promote':
      if (record.state !== 'ready') return forbidden(record, 'it cannot be promoted yet');
      return promote(record, command, facts);
    case 'fail':
      return ok(fail(record, command, facts));
    case 'cancel':
      return ok(cancelled(record, command.reason, facts.now));
    default:
      return command satisfies never;
  }
}

const hasStage = ({ stages }: DeploymentRecord, wanted: string): boolean =>
  stages.some(({ name }) => name === wanted);

function wrongStage() {
  const message = 'Stage must be one of the deployment, or promote';
  const errors = [{ path: 'stage', pointer: '/stage', code: 'custom', message }];
  return refuse('validation_failed', message, { errors });
}

/** In order: a stage is reported only when all before it are done. */
function reportStage(record: DeploymentRecord, report: ReportStage, facts: Facts): Decided {
  const index = record.stages.findIndex(({ name }) => name === report.stage);
  const stage = record.stages[index];
  if (stage === undefined || stage.state === report.state) return ok(record);
  if (isDone(stage)) return forbidden(record, `the stage ${stage.name} is done`);
  if (!record.stages.slice(0, index).every(isDone)) {
    return forbidden(record, `stages before ${stage.name} are not done`);
  }
  const { summary, logUrl, remediation } = report;
  const at = isoOf(facts.now);
  const told = { summary: summary ?? stage.summary, logUrl: logUrl ?? stage.logUrl };
  const stages = record.stages.with(index, { ...reached(stage, report.state, at), ...told });
  const startedAt = record.startedAt ?? at;
  const running: DeploymentRecord = { ...record, state: 'running', stages, startedAt };
  if (report.state !== 'failed') return ok(settled(running, facts));
  const cause = {
    stage: stage.name,
    summary: told.summary || `The stage ${stage.name} has failed.`,
    ...{ remediation, logUrl: told.logUrl, detectedBy: 'report' as const },
  };
  return ok(failed(running, cause, facts.now));
}

/** What was approved before was approved without it: those votes are void. */
function addArtifact(record: DeploymentRecord, command: AddArtifact, facts: Facts): Decided {
  const { artifact, requesters } = command;
  if (record.artifacts.some(({ digest }) => digest === artifact.digest)) return ok(record);
  if (record.artifacts.length >= ARTIFACTS_MAX) {
    return refuse('limit_reached', `A deployment has at most ${ARTIFACTS_MAX} artifacts.`);
  }
  const { approval } = record;
  const added: DeploymentRecord = {
    ...record,
    artifacts: [...record.artifacts, artifact],
    approval: approval && { ...approval, votes: [], forced: false },
    requesters: [...new Set([...record.requesters, ...requesters])],
  };
  return ok(record.state === 'ready' ? settled(added, facts) : added);
}

function fail(record: DeploymentRecord, command: Fail, { now }: Facts): DeploymentRecord {
  const { stage, summary, remediation } = command;
  return failed(record, { stage, summary, remediation, detectedBy: 'report' }, now);
}

function tick(record: DeploymentRecord, facts: Facts): DeploymentRecord {
  if (!isOpen(record)) return record;
  return isLate(record, facts) ? timedOut(record, facts.now) : promotedInTime(record, facts);
}

/** With a task that completes what is open of its deployment is done; with one that does not, it fails. */
function endWithTask(
  record: DeploymentRecord,
  { status, error }: EndWithTask,
  facts: Facts,
): DeploymentRecord {
  if (!isOpen(record)) return record;
  const { now } = facts;
  if (status !== 'completed') {
    const summary =
      error ?? (status === 'failed' ? 'The task has failed.' : 'The task was cancelled.');
    return failed(record, { stage: nextStage(record), summary, detectedBy: 'task' }, now);
  }
  if (record.state === 'ready') return record;
  const at = isoOf(now);
  const stages = record.stages.map((stage) =>
    isDone(stage) ? stage : reached(stage, 'succeeded', at),
  );
  return settled({ ...record, state: 'running', stages, startedAt: record.startedAt ?? at }, facts);
}
