import type { EventData, TaskEvent } from '../contract/event.ts';
import type { Gate } from '../contract/gate.ts';
import { askedLimit } from './budget/breach.ts';
import {
  addChanged,
  type BudgetState,
  type Changed,
  moreChanged,
  NEW_BUDGET,
} from './budget/budget-state.ts';
import { budgetOf } from './budget/limits.ts';
import { shareBehind } from './budget/thresholds.ts';
import { withChange } from './change.ts';
import type { TaskState } from './task.ts';

export type BudgetEvent = Extract<TaskEvent, { type: `budget:${string}` }>;

export const isOfBudget = (event: TaskEvent): event is BudgetEvent =>
  event.type.startsWith('budget:');

type Report = Pick<EventData<'changes:report'>, 'files' | 'insertions' | 'deletions'>;

const changedIn = ({ files, insertions, deletions }: Report): Changed => ({
  files,
  lines: insertions + deletions,
});

const withBudget = (state: TaskState, change: Partial<BudgetState>): TaskState =>
  withChange(state, { budget: { ...budgetOf(state), ...change } });

/** The work is over: what it has changed stays counted. */
function closeWork(state: TaskState, last: Changed | undefined): TaskState {
  const { changedBefore, changedNow } = budgetOf(state);
  const work = last === undefined ? changedNow : moreChanged(changedNow, last);
  if (work.files === 0 && work.lines === 0) return state;
  return withBudget(state, {
    changedBefore: addChanged(changedBefore, work),
    changedNow: NEW_BUDGET.changedNow,
  });
}

function leaseEnded(before: TaskState, after: TaskState, at: string): TaskState {
  const { lease } = before;
  const closed = closeWork(after, undefined);
  if (lease === undefined) return closed;
  const { slice: _, none: __, ...rest } = budgetOf(closed);
  const wallMs = rest.wallMs + Math.max(0, Date.parse(at) - Date.parse(lease.grantedAt));
  return withChange(closed, { budget: { ...rest, wallMs } });
}

/** A limit that was raised without being asked about is asked about no more. */
const closedFor = (gates: readonly Gate[], limit: string): Gate[] =>
  gates.map((gate) => {
    const asks = gate.source === 'budget' && gate.status === 'pending';
    if (!asks || askedLimit(gate) !== limit) return gate;
    return { ...gate, status: 'not-required', state: 'cancelled', reason: 'cancelled' };
  });

/** Folds what happens to the limits of a task themselves. */
export function evolveBudget(before: TaskState, event: BudgetEvent): TaskState {
  const state = withChange(before, { updatedAt: event.timestamp });
  const budget = budgetOf(state);
  switch (event.type) {
    case 'budget:threshold': {
      const { limit, fraction, max } = event.data;
      return withBudget(state, {
        told: { ...budget.told, [limit]: { max, fraction } },
        lastTold: { ...event.data, at: event.timestamp },
      });
    }
    case 'budget:extended': {
      const { limit, to, day } = event.data;
      const extended = { ...budget.extended, [limit]: to };
      const answered = withChange(state, { gates: closedFor(state.gates, limit) });
      if (limit === 'dailyBudget') {
        const today = day === undefined ? {} : { extendedDay: day };
        return withBudget(answered, { extended, ...today });
      }
      const told = shareBehind(state, limit, Date.parse(event.timestamp), to);
      return withBudget(answered, { extended, told: { ...budget.told, [limit]: told } });
    }
    case 'budget:reserved': {
      const { slice, none } = event.data;
      const { none: _, ...rest } = budget;
      const kept = none === undefined ? rest : { ...rest, none };
      return withChange(state, { budget: slice === undefined ? kept : { ...kept, slice } });
    }
    default:
      return event satisfies never;
  }
}

/** What other events mean for the budget: time under leases, changes, money that is kept. */
export function countBudget(before: TaskState, after: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case 'changes:report': {
      const { changedNow } = budgetOf(after);
      return withBudget(after, { changedNow: moreChanged(changedNow, changedIn(event.data)) });
    }
    case 'work:finished': {
      const { changes } = event.data;
      return closeWork(after, changes === undefined ? undefined : changedIn(changes));
    }
    case 'lease:acquired': {
      const { slice } = event.data;
      return slice === undefined ? after : withBudget(after, { slice });
    }
    case 'lease:ended':
      return leaseEnded(before, after, event.timestamp);
    default:
      return after;
  }
}
