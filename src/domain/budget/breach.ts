import type { BudgetLimit } from '../../contract/budget.ts';
import { BUDGET_LIMITS } from '../../contract/budget-limits.ts';
import type { Gate, GateAction } from '../../contract/gate.ts';
import type { TaskState } from '../task.ts';
import { budgetOf, isReached, measures, SCALE, UNITS } from './limits.ts';

/** A limit that stops the task, and what it was, in its unit. */
export interface Breach {
  readonly limit: BudgetLimit;
  readonly from: number;
}

/** The day's limit as this task was told of it, or as it was raised for it on this day. */
export function dayLimitOf(state: TaskState, nowMs: number): number {
  const { slice, extended, extendedDay } = budgetOf(state);
  const told = slice === undefined ? null : slice.daily.limitMicros / SCALE.dailyBudget;
  const isToday = extendedDay === new Date(nowMs).toISOString().slice(0, 10);
  const raisedTo = isToday ? (extended.dailyBudget ?? 0) : 0;
  return Math.max(told ?? state.plan.limits.dailyBudget, raisedTo);
}

/** What was kept for the lease is used up, and no more has come. */
function sliceBreach(state: TaskState, nowMs: number): Breach | null {
  const { slice, none } = budgetOf(state);
  if (slice === undefined || state.lease === undefined) return null;
  const isOver = state.spent.costMicros >= slice.upToMicros || nowMs >= Date.parse(slice.until);
  if (!isOver) return null;
  if (none === 'parent' || none === 'task') {
    return { limit: 'maxCostPerTask', from: slice.upToMicros / SCALE.maxCostPerTask };
  }
  return { limit: 'dailyBudget', from: dayLimitOf(state, nowMs) };
}

/** The limit of its own that the task has reached. */
export function ownBreach(state: TaskState, nowMs: number): Breach | null {
  const own = measures(state, nowMs).find(isReached);
  return own === undefined ? null : { limit: own.limit, from: own.max / SCALE[own.limit] };
}

/** The limit that the task has reached: its own before the day's. */
export const breachOf = (state: TaskState, nowMs: number): Breach | null =>
  ownBreach(state, nowMs) ?? sliceBreach(state, nowMs);

/** The open question whether a limit may be raised. */
export const openBudgetGate = ({ gates }: TaskState) =>
  gates.findLast(({ source, status }) => source === 'budget' && status === 'pending');

/** The limit that is asked about. */
export const askedLimit = ({ action }: Gate): BudgetLimit | undefined =>
  BUDGET_LIMITS.find((limit) => limit === action.target['limit']);

const RAISED_BY = 1.5;

/** Half as much again; whole where the unit is, and never the same. */
function raised({ limit, from }: Breach): number {
  if (UNITS[limit] !== 'usd') return Math.max(from + 1, Math.ceil(from * RAISED_BY));
  return Math.max(0.1, Math.round(from * RAISED_BY * 1_000_000) / 1_000_000);
}

/** What is asked of people: the numbers are texts, for money is no whole number and a hash wants one form of it. */
export function extendAction(breach: Breach): GateAction {
  const { limit, from } = breach;
  return {
    type: 'budget.extend',
    target: { limit },
    params: { unit: UNITS[limit], from: String(from), to: String(raised(breach)) },
  };
}
