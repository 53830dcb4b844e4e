import type { BudgetLimit } from '../../contract/budget.ts';
import { ok, type Result, refuse } from '../../contract/error.ts';
import type { Gate } from '../../contract/gate.ts';
import { askedLimit, breachOf, dayLimitOf, openBudgetGate, ownBreach } from '../budget/breach.ts';
import type { BudgetCommand, ExtendBudget, NoteSlice } from '../budget/budget-command.ts';
import { RAISE_MAX } from '../budget/edited-raise.ts';
import { budgetOf, limitOf } from '../budget/limits.ts';
import { settleBudget } from '../budget/settle-budget.ts';
import { nextSlice } from '../budget/slice.ts';
import { Course } from '../course.ts';
import type { Decision } from '../draft.ts';
import { isEnded, type TaskState } from '../task.ts';
import { resumeCourse } from './control.ts';
import { cancelGate } from './gate/cancel-gate.ts';
import { CLOCK } from './gate/decider.ts';

/** The task goes on where the budget has stopped it: at the gate it stood before, or in the queue. */
export function resumeFromBudget(course: Course): Course {
  const { state } = course;
  const isStopped = state.status === 'paused' && state.pauseReason === 'budget';
  if (!isStopped) return course;
  if (state.hold === undefined) return resumeCourse(course);
  const resumed = { type: 'task:resumed', data: { status: 'waiting-approval' } } as const;
  return course.endLease('drain').add(resumed);
}

/** The day has been renewed: nobody is asked for more of it, and a task that it alone has stopped goes on. */
export function renewDay(course: Course): Course {
  resumeFromBudget(course);
  const gate = openBudgetGate(course.state);
  // Whatever else has stopped it stays as it is.
  if (gate === undefined || askedLimit(gate) !== 'dailyBudget') return course;
  return cancelGate(course, gate, { by: CLOCK, reason: 'day_renewed' });
}

interface Extension {
  readonly limit: ExtendBudget['limit'];
  readonly from: number;
  readonly to: number;
  readonly by: string;
  readonly name?: string;
  readonly reason?: string | undefined;
  readonly gateId?: string;
}

const askedOf = (state: TaskState): BudgetLimit | undefined => {
  const gate = openBudgetGate(state);
  return gate === undefined ? undefined : askedLimit(gate);
};

/** Raises a limit. The task goes on unless it has reached another one, which is asked about in turn. */
function extend(course: Course, { reason, ...extension }: Extension): Course {
  const day = course.nowIso.slice(0, 10);
  course.add({
    type: 'budget:extended',
    data: {
      ...extension,
      ...(reason === undefined ? {} : { reason }),
      ...(extension.limit === 'dailyBudget' ? { day } : {}),
    },
  });
  if (ownBreach(course.state, course.nowMs) !== null) return settleBudget(course);
  // What is still asked about is not answered by raising another one.
  return openBudgetGate(course.state) === undefined ? resumeFromBudget(course) : course;
}

/** An approved gate raises the limit that it asks about. */
export function extendByGate(
  course: Course,
  gate: Gate,
  decider: { readonly id: string; readonly name: string },
): Course {
  const { params } = gate.approved ?? gate.action;
  const limit = askedLimit(gate);
  if (limit === undefined) return course;
  const from = Number(params['from']);
  const wanted = Math.min(Number(params['to']), RAISE_MAX);
  // Old logs hold edits that say anything that is a text; what raises nothing is asked again.
  const to = wanted > from ? wanted : from;
  return extend(course, { limit, from, to, by: decider.id, name: decider.name, gateId: gate.id });
}

const presentLimit = (state: TaskState, limit: ExtendBudget['limit'], nowMs: number) =>
  limit === 'dailyBudget' ? dayLimitOf(state, nowMs) : limitOf(state, limit);

/** A person raises a limit, asked or not. */
function decideExtend(state: TaskState, command: ExtendBudget): Result<Decision> {
  const { limit, to, reason, actor, now } = command;
  if (actor.kind === 'agent') return refuse('agent_forbidden', 'Agents may not raise a budget.');
  if (actor.kind !== 'person') return refuse('human_required', 'Only a person may raise a budget.');
  if (isEnded(state.status) && state.status !== 'failed') {
    return refuse('invalid_transition', `The task has ended (current status: ${state.status}).`);
  }
  const from = presentLimit(state, limit, now);
  if (from === null || to <= from) {
    const sentence = from === null ? 'There is no such limit.' : `The limit is ${from} already.`;
    return refuse('budget_not_raised', sentence);
  }
  const course = new Course(state, now);
  const who = { by: actor.id, name: actor.name };
  return ok(extend(course, { limit, from, to, reason, ...who }).decision);
}

/** The project has kept more for the lease, or there is no more. */
function decideNoteSlice(state: TaskState, command: NoteSlice): Result<Decision> {
  const { leaseId, slice, none, now } = command;
  if (state.lease?.leaseId !== leaseId) return ok({ drafts: [] });
  if (slice === undefined && budgetOf(state).none === none) return ok({ drafts: [] });
  const course = new Course(state, now).add({
    type: 'budget:reserved',
    data: {
      leaseId,
      ...(slice === undefined ? {} : { slice: nextSlice(state, slice) }),
      ...(none === undefined ? {} : { none }),
    },
  });
  const asked = askedOf(course.state);
  // A report was larger than what was left; the day had more, and it has come.
  const heals = asked === 'dailyBudget' && breachOf(course.state, now) === null;
  return ok((heals ? resumeFromBudget(course) : course).decision);
}

/** Everything that is asked of a budget but by deciding its gate. */
export const decideBudget = (state: TaskState, command: BudgetCommand): Result<Decision> =>
  command.type === 'extend-budget' ? decideExtend(state, command) : decideNoteSlice(state, command);
