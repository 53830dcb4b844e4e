import type { BudgetLimit } from '../../contract/budget.ts';
import type { TaskState } from '../task.ts';
import { spentWithSubtasks } from '../view.ts';
import { addChanged, type BudgetState, NEW_BUDGET } from './budget-state.ts';

/** The limits of a task itself; the day's is its project's. */
export const TASK_LIMITS = [
  'maxCostPerTask',
  'maxTokensPerTask',
  'maxWallMinutes',
  'maxFilesChanged',
  'maxLinesChanged',
] as const;
export type TaskLimit = (typeof TASK_LIMITS)[number];

export const UNITS: Readonly<Record<BudgetLimit, string>> = {
  maxTokensPerTask: 'tokens',
  maxCostPerTask: 'usd',
  dailyBudget: 'usd',
  maxWallMinutes: 'minutes',
  maxFilesChanged: 'files',
  maxLinesChanged: 'lines',
};

/** How many of what is counted are one of the config's unit: money in micro-dollars, time in milliseconds. */
export const SCALE: Readonly<Record<BudgetLimit, number>> = {
  maxTokensPerTask: 1,
  maxCostPerTask: 1_000_000,
  dailyBudget: 1_000_000,
  maxWallMinutes: 60_000,
  maxFilesChanged: 1,
  maxLinesChanged: 1,
};

export const budgetOf = ({ budget }: TaskState): BudgetState => budget ?? NEW_BUDGET;

/** A limit as it holds now, in the unit of the config; null: there is none. */
export function limitOf(state: TaskState, limit: TaskLimit): number | null {
  return budgetOf(state).extended[limit] ?? state.plan.limits[limit] ?? null;
}

/** The time under leases, the present one until `nowMs`. */
export function wallMs(state: TaskState, nowMs: number): number {
  const { lease } = state;
  const present = lease === undefined ? 0 : Math.max(0, nowMs - Date.parse(lease.grantedAt));
  return budgetOf(state).wallMs + present;
}

/** What is used of a limit, as it is counted. Subtasks use up what is their parent's. */
function usedOf(state: TaskState, limit: TaskLimit, nowMs: number): number {
  switch (limit) {
    case 'maxCostPerTask':
      return spentWithSubtasks(state).costMicros;
    case 'maxTokensPerTask': {
      const { inputTokens, outputTokens } = spentWithSubtasks(state);
      return inputTokens + outputTokens;
    }
    case 'maxWallMinutes':
      return wallMs(state, nowMs);
    case 'maxFilesChanged':
      return changedOf(state).files;
    case 'maxLinesChanged':
      return changedOf(state).lines;
    default:
      return limit satisfies never;
  }
}

export const changedOf = (state: TaskState) => {
  const { changedBefore, changedNow } = budgetOf(state);
  return addChanged(changedBefore, changedNow);
};

/** How much of a limit is used; both are counts. */
export interface Measure {
  readonly limit: TaskLimit;
  readonly used: number;
  readonly max: number;
}

/** Every limit that the task has, and how much of it is used. */
export function measures(state: TaskState, nowMs: number): Measure[] {
  return TASK_LIMITS.flatMap((limit) => {
    const max = limitOf(state, limit);
    if (max === null) return [];
    return [{ limit, used: usedOf(state, limit, nowMs), max: Math.round(max * SCALE[limit]) }];
  });
}

/** Changes may come up to their limit; of all else a task stops once nothing is left. */
export const isReached = ({ limit, used, max }: Measure): boolean =>
  limit === 'maxFilesChanged' || limit === 'maxLinesChanged' ? used > max : used > 0 && used >= max;
