import { ok, type Result, refuse } from '../../contract/error.ts';
import type { Gate } from '../../contract/gate.ts';
import { advance, beginSubtasks, enqueue } from '../advance.ts';
import { openBudgetGate } from '../budget/breach.ts';
import { settleBudget } from '../budget/settle-budget.ts';
import type { Cancel, Pause, Resume, Retry } from '../command.ts';
import { Course } from '../course.ts';
import type { Decision } from '../draft.ts';
import { openSubtasks } from '../family.ts';
import { instancesOf, openPlanned } from '../gates.ts';
import { blockedBy, isEnded, isWaiting, isWorking, type TaskState } from '../task.ts';
import { cannotChange } from '../transitions.ts';

const UNCHANGED: Decision = { drafts: [] };

export function decideCancel(state: TaskState, command: Cancel): Result<Decision> {
  if (isEnded(state.status)) {
    const why = state.status === 'cancelled' ? 'already cancelled' : 'already completed or failed';
    return refuse('invalid_transition', `Task cannot be cancelled (${why})`);
  }
  const course = new Course(state, command.now).endLease('done').add({
    type: 'task:cancelled',
    data: {
      status: 'cancelled',
      error: 'Task was cancelled by user',
      ...(command.reason === undefined ? {} : { reason: command.reason }),
    },
  });
  return ok(course.decision);
}

/** A leased task is told to stop and keeps its lease for the grace; the clock ends it then. */
export function decidePause(state: TaskState, command: Pause): Result<Decision> {
  if (!isWaiting(state.status) && !isWorking(state.status)) {
    return cannotChange(state.status, 'paused');
  }
  const { reason, resumeAfter, now } = command;
  const data = { status: 'paused', reason, pausedAt: new Date(now).toISOString() } as const;
  const draft = {
    type: 'task:paused',
    data: resumeAfter === undefined ? data : { ...data, resumeAfter },
  } as const;
  return ok({ drafts: [draft] });
}

/**
 * Goes on where the task stood: at the gate it had reached, or in the queue for the stages not completed. Where a limit
 * was reached meanwhile, it is asked about first: whatever resumes the task answers no other question.
 */
export function resumeCourse(course: Course): Course {
  course.endLease('drain').add({ type: 'task:resumed', data: { status: 'queued' } });
  return settleBudget(advance(course));
}

/** A parent goes on with its subtasks, also after they had failed it. */
function resumeSubtasks(course: Course): Result<Decision> {
  const { state } = course;
  if (state.executing) return ok(UNCHANGED);
  if (isEnded(state.status)) course.add({ type: 'task:resumed', data: { status: 'in-progress' } });
  if (blockedBy(state).length > 0) return ok(enqueue(course).decision);
  if (state.lease !== undefined) return ok(UNCHANGED);
  return ok(beginSubtasks(course).decision);
}

export function decideResume(state: TaskState, command: Resume): Result<Decision> {
  if (state.status === 'queued') return ok(UNCHANGED);
  if (command.ifPending === true && state.status !== 'pending') return ok(UNCHANGED);
  const course = new Course(state, command.now);
  if (openBudgetGate(state) !== undefined) {
    return refuse('invalid_transition', 'Task cannot be resumed: the gate "budget" is undecided.');
  }
  if (state.status === 'paused') return ok(resumeCourse(course).decision);
  const mayGoOn = state.status !== 'waiting-approval' && state.status !== 'completed';
  if (mayGoOn && openSubtasks(state).length > 0) return resumeSubtasks(course);
  // What was restored may stand before a gate.
  if (state.status === 'pending') {
    const isBlocked = blockedBy(state).length > 0;
    return ok((isBlocked ? enqueue(course) : advance(course)).decision);
  }
  return refuse(
    'invalid_transition',
    `Task cannot be resumed (current status: ${state.status}, no pending subtasks). Use /retry for failed/cancelled tasks.`,
  );
}

/** Every planned gate is asked anew in a new attempt. */
function askedAgain(state: TaskState, nowMs: number): Gate[] {
  return state.plan.gates.map((planned) =>
    openPlanned(
      planned,
      { ...state, attempt: state.attempt + 1 },
      { instance: instancesOf(state, planned.name) + 1, nowMs },
    ),
  );
}

export function decideRetry(state: TaskState, command: Retry): Result<Decision> {
  if (command.ifAttempt !== undefined && command.ifAttempt !== state.attempt) return ok(UNCHANGED);
  const from = command.from ?? state.plan.stages[0]?.name ?? '';
  if (command.from !== undefined && !state.plan.stages.some(({ name }) => name === from)) {
    return refuse(
      'invalid_request',
      `From must be one of: ${state.plan.stages.map(({ name }) => name).join(', ')}`,
      {
        errors: [{ path: 'from', message: 'No such stage.' }],
      },
    );
  }
  const stuck = isWorking(state.status) && state.lease === undefined && !state.executing;
  const ended = state.status === 'failed' || state.status === 'cancelled';
  if (!stuck && !ended) {
    return refuse('invalid_transition', 'Only failed, cancelled, or stuck tasks can be retried');
  }
  const course = new Course(state, command.now).add({
    type: 'task:retried',
    data: {
      status: 'queued',
      attempt: state.attempt + 1,
      from,
      automatic: false,
      gates: askedAgain(state, command.now),
    },
  });
  // Stages that are kept have gates after them, and those are asked again first.
  return ok(settleBudget(advance(course)).decision);
}
