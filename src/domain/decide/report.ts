import { ok, type Result, refuse } from '../../contract/error.ts';
import { openBudgetGate } from '../budget/breach.ts';
import type { AddLog, ReportStatus } from '../command.ts';
import { Course } from '../course.ts';
import type { Decision } from '../draft.ts';
import { failedSubtasks, openSubtasks } from '../family.ts';
import { gateNamed, instancesOf, openGate, undecidedGate } from '../gates.ts';
import { gatePassedBy } from '../next-step.ts';
import { holdAt, reachGate } from '../reach-gate.ts';
import { blockedBy, isWaiting, type Report, stageOf, type TaskState } from '../task.ts';
import { cannotChange, mayReport } from '../transitions.ts';
import { dependencyOpen } from './family.ts';

const ANYBODY: ReadonlySet<string> = new Set(['paused', 'failed', 'cancelled']);

const text = (report: Report) => ({
  ...(report.stage === undefined ? {} : { stage: report.stage }),
  ...(report.message === undefined ? {} : { message: report.message }),
});

/** While a lease lives, only its holder says how the work goes; anyone may stop it. */
function mayTouch(state: TaskState, command: ReportStatus): Result<null> {
  const { actor, report } = command;
  if (state.lease === undefined || ANYBODY.has(report.status)) return ok(null);
  const holds = actor.kind === 'agent' || actor.id === state.lease.runnerId;
  return holds
    ? ok(null)
    : refuse('lease_held', `Runner ${state.lease.runnerName} holds this task.`);
}

/** A report of `waiting-approval` arrives at the next undecided gate, or opens `review`. */
function askForApproval(course: Course, report: Report): Course {
  const { state, nowMs } = course;
  const planned = undecidedGate(state, () => true);
  const review = gateNamed(state, 'review');
  const pending = review?.status === 'pending' ? review : undefined;
  const stage = stageOf(state);
  const opened = openGate(state, {
    name: 'review',
    source: 'report',
    ...(stage === undefined ? {} : { stage }),
    instance: instancesOf(state, 'review') + 1,
    nowMs,
  });
  const gate = planned === undefined ? (pending ?? opened) : reachGate(course, planned);
  holdAt(course, gate, { kind: 'asked', before: before(state) });
  // It is a report like any other, and told like one.
  return course.add({
    type: 'task:stage-changed',
    data: { status: 'waiting-approval', ...text(report) },
  });
}

/** What an approved task returns to: a task that was only queued, or paused, has been at work by then. */
const before = (state: TaskState) =>
  isWaiting(state.status) || state.status === 'paused' ? 'in-progress' : state.status;

/** Carries a report out, or holds it at the undecided gate that it would pass. */
export function carryOut(course: Course, report: Report): Course {
  const { state, nowIso } = course;
  if (report.status === 'waiting-approval') return askForApproval(course, report);
  // Under a lease it is the work's result that meets the gates, whatever its agent says of itself.
  if (!ANYBODY.has(report.status) && state.lease === undefined) {
    const planned = gatePassedBy(state, report);
    if (planned !== undefined) {
      return holdAt(course, reachGate(course, planned), {
        kind: 'report',
        before: before(state),
        report,
      });
    }
  }
  course.add({ type: 'task:stage-changed', data: { status: report.status, ...text(report) } });
  switch (report.status) {
    case 'completed':
      course.endLease('done');
      return course.add({ type: 'task:completed', data: { status: 'completed' } });
    case 'failed':
      course.endLease('error');
      return course.add({
        type: 'task:failed',
        data: { status: 'failed', error: report.message ?? 'The task was reported as failed' },
      });
    case 'cancelled':
      course.endLease('done');
      return course.add({
        type: 'task:cancelled',
        data: { status: 'cancelled', error: 'Task was cancelled by user' },
      });
    case 'paused':
      return course.add({
        type: 'task:paused',
        data: { status: 'paused', reason: 'manual', pausedAt: nowIso },
      });
    default:
      return course;
  }
}

/** A parent is not done before its subtasks, nor without the work of one that failed. */
export function mayComplete(state: TaskState): Result<null> {
  const open = openSubtasks(state).length;
  if (open > 0) return refuse('subtasks_open', `${open} subtask(s) are still open.`);
  const failed = failedSubtasks(state).length;
  if (failed > 0) return refuse('subtasks_failed', `${failed} subtask(s) failed.`);
  return ok(null);
}

/** A status report: taken whole, held whole at a gate, or refused whole. */
export function decideReport(state: TaskState, command: ReportStatus): Result<Decision> {
  const { report, actor } = command;
  // A person's pause is a person's to end.
  if (actor.kind === 'agent' && state.status === 'paused' && !ANYBODY.has(report.status)) {
    return cannotChange(state.status, report.status);
  }
  const touch = mayTouch(state, command);
  if (!touch.ok) return touch;
  const may = mayReport(state.status, report.status);
  if (!may.ok) return may;
  if (state.status === 'paused' && !ANYBODY.has(report.status) && openBudgetGate(state)) {
    return refuse('invalid_transition', 'The task cannot go on: the gate "budget" is undecided.');
  }
  if (blockedBy(state).length > 0) return dependencyOpen(state);
  if (report.status === 'completed') {
    if (state.lease !== undefined) return cannotChange(state.status, 'completed');
    const family = mayComplete(state);
    if (!family.ok) return family;
  }
  return ok(carryOut(new Course(state, command.now), report).decision);
}

/** A log entry is an event, and nothing else of it is stored. */
export function decideLog(command: AddLog): Result<Decision> {
  const { level, message, agent, stage, metadata } = command.entry;
  const data = {
    level,
    message,
    ...(agent === undefined ? {} : { agent }),
    ...(stage === undefined ? {} : { stage }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  return ok({ drafts: [{ type: 'log:entry', data }] });
}
