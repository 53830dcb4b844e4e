import { ok, type Result, refuse } from '../../contract/error.ts';
import { advance } from '../advance.ts';
import { retryLater } from '../attempts.ts';
import { breachOf } from '../budget/breach.ts';
import { firstSlice } from '../budget/slice.ts';
import type { Claim, ExpireLease, Release, ReportProgress } from '../command.ts';
import { Course } from '../course.ts';
import { leaseTtlMs } from '../deadlines.ts';
import type { Decision } from '../draft.ts';
import { nextStep, type Step } from '../next-step.ts';
import type { ForceRelease } from '../steering-command.ts';
import { isWorking, type TaskState, workingStatus } from '../task.ts';
import { fenceHolder } from './fence.ts';

const UNCHANGED: Decision = { drafts: [] };

const isNoWork = (step: Step): boolean => step.do === 'gate' || step.do === 'subtasks';

/** Grants the one lease of the task and hands out its first work. Repeated under the same id it is the same lease. */
export function decideClaim(state: TaskState, command: Claim): Result<Decision> {
  const { leaseId, runnerId, runnerName, slice, now } = command;
  if (state.lease?.leaseId === leaseId && state.lease.runnerId === runnerId) return ok(UNCHANGED);
  const early = state.notBefore !== undefined && now < Date.parse(state.notBefore);
  const step = nextStep(state);
  if (state.status !== 'queued' || state.lease !== undefined || early || isNoWork(step)) {
    return refuse(
      'invalid_transition',
      `The task cannot be claimed (current status: ${state.status}).`,
    );
  }
  if (breachOf(state, now) !== null) {
    return refuse('invalid_transition', 'The task cannot be claimed: its budget is exhausted.');
  }
  const epoch = state.epoch + 1;
  const expiresAt = new Date(now + leaseTtlMs(state)).toISOString();
  const stage = step.do === 'stage' ? step.stage : state.currentStage;
  const { owner: runnerOwner } = command.actor;
  const runner = { runnerId, runnerName, ...(runnerOwner === undefined ? {} : { runnerOwner }) };
  const course = new Course(state, now)
    .add({
      type: 'lease:acquired',
      data: {
        ...{ leaseId, ...runner, epoch, expiresAt },
        ...(slice === undefined ? {} : { slice: firstSlice(state, slice) }),
      },
    })
    .add({ type: 'task:started', data: { status: workingStatus(state.plan, stage) } });
  return ok(advance(course).decision);
}

/** Gives a lease back. Work that was begun is queued again; it counts as no attempt. */
export function decideRelease(state: TaskState, command: Release): Result<Decision> {
  const { lastLease } = state;
  const repeatedly =
    state.lease === undefined &&
    lastLease?.leaseId === command.leaseId &&
    lastLease.runnerId === command.actor.id;
  if (repeatedly) return ok(UNCHANGED);
  const fenced = fenceHolder(state, command);
  if (!fenced.ok) return fenced;
  const course = new Course(state, command.now).endLease(command.reason);
  if (isWorking(state.status)) advance(course);
  return ok(course.decision);
}

/** A person ends a lease that should not be: the epoch rises at once, and the work goes back to the queue, uncounted. */
export function decideForceRelease(state: TaskState, command: ForceRelease): Result<Decision> {
  const { actor, reason } = command;
  if (actor.kind !== 'person') {
    return refuse('human_required', 'Only a person may take a task from its runner.');
  }
  if (state.lease === undefined) {
    return refuse('no_lease', 'The task has no lease.', { currentEpoch: state.epoch });
  }
  const said = { by: actor.name, byId: actor.id, comment: reason };
  const course = new Course(state, command.now).endLease('forced', said);
  if (isWorking(state.status)) advance(course);
  return ok(course.decision);
}

/**
 * Ends a lease whose time is over. A runner that never showed itself costs nothing; one that was lost at work costs an
 * automatic attempt, and the last one fails the task.
 */
export function decideExpiry(state: TaskState, command: ExpireLease): Result<Decision> {
  if (state.lease?.leaseId !== command.leaseId) return ok(UNCHANGED);
  const working = isWorking(state.status);
  const course = new Course(state, command.now).endLease('expired');
  if (!working) return ok(course.decision);
  if (!command.confirmed) return ok(advance(course).decision);
  // A commit or a merge that was lost is only repeated; its stage has been done.
  const from = state.work?.kind === 'stage' ? state.work.stage : '';
  return ok(retryLater(course, { from, error: 'runner_lost' }).decision);
}

export function decideProgress(state: TaskState, command: ReportProgress): Result<Decision> {
  const fenced = fenceHolder(state, command);
  if (!fenced.ok) return fenced;
  const { percent, message, turns } = command.progress;
  const data = {
    ...(percent === undefined ? {} : { percent }),
    ...(message === undefined ? {} : { message }),
    ...(turns === undefined ? {} : { turns }),
  };
  return ok({ drafts: [{ type: 'agent:progress', data }] });
}
