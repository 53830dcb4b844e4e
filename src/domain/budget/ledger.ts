import type { BudgetScope } from '../../contract/event-budget.ts';

/** A day's budget, or a task's, in micro-dollars. What is reserved is not spent yet. */
export interface Account {
  readonly limit: number;
  readonly spent: number;
  readonly reserved: number;
}

export interface Reserved {
  readonly slice: number;
  /** Kept beside the slice for the one report that passes it. */
  readonly headroom: number;
}

const HEADROOM = 500_000;
const LEAST = 100_000;
/** A slice is this part of the day, so that many tasks can work in parallel. */
const PARTS = 20;

const restOf = ({ limit, spent, reserved }: Account): number => limit - spent - reserved;

/**
 * What a lease gets of the day: a part that it may spend, and headroom for the report that passes it. A day or a parent
 * of less than a dollar keeps half of itself for headroom. Without enough for both there is nothing.
 */
export function reserve(
  day: Account,
  own: Account,
  parents: readonly Account[],
):
  | { readonly ok: true; readonly value: Reserved }
  | { readonly ok: false; readonly scope: BudgetScope } {
  const ownRest = own.limit - own.spent;
  if (ownRest <= 0) return { ok: false, scope: 'task' };
  const above = [day, ...parents];
  const headroom = Math.min(HEADROOM, ...above.map(({ limit }) => Math.floor(limit / 2)));
  const least = Math.min(LEAST, ownRest, ...above.map(({ limit }) => Math.floor(limit / 10)));
  const wanted = Math.min(ownRest, Math.max(least, Math.floor(day.limit / PARTS)));
  const dayRest = restOf(day) - headroom;
  if (dayRest < Math.max(1, least)) return { ok: false, scope: 'daily' };
  const parentRest = Math.min(...parents.map((parent) => restOf(parent) - headroom));
  if (parentRest < Math.max(1, least)) return { ok: false, scope: 'parent' };
  return { ok: true, value: { slice: Math.min(wanted, dayRest, parentRest), headroom } };
}
