import type { BudgetLimit } from '../../contract/budget.ts';
import type { BudgetScope, Slice } from '../../contract/event-budget.ts';
import type { Actor } from '../../contract/principal.ts';

/** Money that was kept for a lease, in millionths of a dollar. */
export interface ReservedSlice {
  readonly sliceMicros: number;
  /** Absent: from what the task has spent when it begins. */
  readonly upToMicros?: number;
  readonly headroomMicros: number;
  readonly until: string;
  readonly daily: Slice['daily'];
}

/** The project has kept more for the lease, or says why it does not. */
export interface NoteSlice {
  readonly type: 'note-slice';
  readonly now: number;
  readonly leaseId: string;
  readonly slice?: ReservedSlice | undefined;
  readonly none?: BudgetScope | undefined;
}

/** A person raises a limit of the task. */
export interface ExtendBudget {
  readonly type: 'extend-budget';
  readonly now: number;
  readonly actor: Actor;
  readonly limit: BudgetLimit;
  readonly to: number;
  readonly reason?: string | undefined;
}

export type BudgetCommand = NoteSlice | ExtendBudget;
