import type { BudgetLimit } from '../../contract/budget.ts';
import type { BudgetScope, BudgetThreshold, Slice } from '../../contract/event-budget.ts';

export interface Changed {
  readonly files: number;
  readonly lines: number;
}

/** What has been told of a limit: the highest share, while the limit was this. */
export interface ToldShare {
  readonly max: number;
  readonly fraction: number;
}

/** What the log says of a task's budget beside what it has spent. */
export interface BudgetState {
  /** The limits that people have raised, in the unit of the config. */
  readonly extended: { readonly [K in BudgetLimit]?: number };
  /** The day in UTC that the raised `dailyBudget` is for. */
  readonly extendedDay?: string;
  readonly told: { readonly [K in BudgetLimit]?: ToldShare };
  readonly lastTold?: BudgetThreshold & { readonly at: string };
  /** Under leases that have ended. */
  readonly wallMs: number;
  /** Of work that is over, and of the work that is being done. */
  readonly changedBefore: Changed;
  readonly changedNow: Changed;
  /** What is kept for the lease that lives. */
  readonly slice?: Slice;
  /** Why there is no more to be had. */
  readonly none?: BudgetScope;
}

const NO_CHANGES: Changed = { files: 0, lines: 0 };

export const NEW_BUDGET: BudgetState = {
  extended: {},
  told: {},
  wallMs: 0,
  changedBefore: NO_CHANGES,
  changedNow: NO_CHANGES,
};

/** Sums stay exact, whatever is claimed. */
const sum = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER);

export const addChanged = (a: Changed, b: Changed): Changed => ({
  files: sum(a.files, b.files),
  lines: sum(a.lines, b.lines),
});

/** What was told of one piece of work never falls. */
export const moreChanged = (a: Changed, b: Changed): Changed => ({
  files: Math.max(a.files, b.files),
  lines: Math.max(a.lines, b.lines),
});
