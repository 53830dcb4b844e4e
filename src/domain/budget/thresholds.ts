import { THRESHOLDS } from '../../contract/budget-limits.ts';
import type { BudgetThreshold } from '../../contract/event-budget.ts';
import type { TaskState } from '../task.ts';
import type { ToldShare } from './budget-state.ts';
import { budgetOf, limitOf, type Measure, measures, SCALE, type TaskLimit } from './limits.ts';

const share = ({ used, max }: Measure): number => (used === 0 ? 0 : max === 0 ? 1 : used / max);

/** The highest share that was told while the limit was what it is. */
const toldOf = (state: TaskState, { limit }: Measure): number => {
  const told = budgetOf(state).told[limit];
  return told?.max === limitOf(state, limit) ? told.fraction : 0;
};

/** The shares that are used and were not told yet, each limit's in order. */
export function dueThresholds(state: TaskState, nowMs: number): BudgetThreshold[] {
  return measures(state, nowMs).flatMap((measure) => {
    const told = toldOf(state, measure);
    const scale = SCALE[measure.limit];
    return THRESHOLDS.filter((fraction) => fraction > told && share(measure) >= fraction).map(
      (fraction) => ({
        limit: measure.limit,
        fraction,
        spent: measure.used / scale,
        max: measure.max / scale,
      }),
    );
  });
}

/** What need not be told of a limit that was raised to `to`: it is behind already. */
export function shareBehind(
  state: TaskState,
  limit: TaskLimit,
  nowMs: number,
  to: number,
): ToldShare {
  const used = measures(state, nowMs).find((measure) => measure.limit === limit)?.used ?? 0;
  const reached = { limit, used, max: Math.round(to * SCALE[limit]) };
  return { max: to, fraction: THRESHOLDS.findLast((at) => share(reached) >= at) ?? 0 };
}

/** When the next share of the time under leases will be used; null: nothing is to be told of it any more. */
export function wallDueAt(state: TaskState): number | null {
  const { lease } = state;
  const max = limitOf(state, 'maxWallMinutes');
  if (lease === undefined || max === null) return null;
  const before = budgetOf(state).wallMs;
  const scaled = max * SCALE.maxWallMinutes;
  const measure = { limit: 'maxWallMinutes', used: before, max: scaled } as const;
  const told = toldOf(state, measure);
  const next = THRESHOLDS.find((fraction) => fraction > told) ?? 1;
  return Date.parse(lease.grantedAt) + Math.max(0, Math.ceil(next * scaled) - before);
}
