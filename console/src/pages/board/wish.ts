// What the reader wants to see of all tasks, as the address says it. Pure.

import type { TaskRow } from '../../../../src/contract/task.ts';
import { columnIndex } from './columns.ts';

export const SORTS = ['newest', 'oldest', 'changed', 'cost', 'priority'] as const;
export type Sort = (typeof SORTS)[number];

/** Members of the address that choose tasks; empty: any. */
export const FILTERS = ['q', 'column', 'workflow', 'agent', 'priority', 'autonomy'] as const;
/** Those that a row has itself. */
const MEMBERS = ['workflow', 'agent', 'priority', 'autonomy'] as const;
export type Filter = (typeof FILTERS)[number];

export type Wish = Readonly<Record<Filter, string>> & { readonly sort: Sort };

const PRIORITIES = ['urgent', 'high', 'normal', 'low'];

/** `member` reads one of the address; what it does not know is none. */
export function wishOf(member: (name: string) => string): Wish {
  const filters = Object.fromEntries(FILTERS.map((name) => [name, member(name)]));
  // One entry a filter was made above.
  const chosen = filters as Record<Filter, string>;
  return { ...chosen, sort: SORTS.find((sort) => sort === member('sort')) ?? 'newest' };
}

export const isFiltered = (wish: Wish): boolean => FILTERS.some((name) => wish[name] !== '');

/** Whether more is wanted than the search, which stands in its field, or another order than the server's. */
export const isParticular = (wish: Wish): boolean =>
  wish.sort !== 'newest' || isFiltered({ ...wish, q: '' });

/** Whether the choice or its order may change without a change of status. */
export const isMoving = ({ agent, sort }: Wish): boolean =>
  agent !== '' || sort === 'changed' || sort === 'cost';

/** Whether a task is one of those, but for its column. */
export function fits(row: TaskRow, wish: Wish): boolean {
  for (const name of MEMBERS) if (wish[name] !== '' && wish[name] !== row[name]) return false;
  const wanted = wish.q.toLowerCase();
  return row.description.toLowerCase().includes(wanted) || row.id.includes(wanted);
}

const byId = (one: TaskRow, other: TaskRow): number => (one.id < other.id ? 1 : -1);
const KEYS: Readonly<Record<Sort, (row: TaskRow) => number | string>> = {
  newest: () => 0,
  oldest: () => 0,
  changed: ({ updatedAt }) => updatedAt,
  cost: ({ usage }) => usage.estimatedCost,
  priority: ({ priority }) => -PRIORITIES.indexOf(priority),
};

/** The larger key first, then the newer task: ids sort by creation. */
export function orderOf({ sort }: Wish): (one: TaskRow, other: TaskRow) => number {
  if (sort === 'oldest') return (one, other) => -byId(one, other);
  const keyOf = KEYS[sort];
  return (one, other) => {
    const [a, b] = [keyOf(one), keyOf(other)];
    return a === b ? byId(one, other) : a < b ? 1 : -1;
  };
}

/** The rows of each column, in order. `row` reads what is sorted. */
export function arrange<T>(
  all: Iterable<T>,
  row: (one: T) => TaskRow,
  wish: Wish,
): readonly (readonly T[])[] {
  const columns: T[][] = Array.from({ length: 7 }, () => []);
  for (const one of all) {
    if (fits(row(one), wish)) columns[columnIndex(row(one).status)]?.push(one);
  }
  const order = orderOf(wish);
  for (const column of columns) column.sort((one, other) => order(row(one), row(other)));
  return columns;
}
