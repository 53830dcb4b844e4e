// The tasks of the project as rows, kept by the feed. One signal a row, so that a change draws one card again.

import { batch, type Signal, signal } from '@preact/signals';
import type { TaskRow } from '../../../src/contract/task.ts';

const rows = new Map<string, Signal<TaskRow>>();
/** Tasks out of sight, and since when: what is read later may be older than that. */
const gone = new Map<string, string>();
/** Tasks of which something was missed. */
const stale = new Set<string>();

/** Counts up whenever a row has come or gone, or has another status. */
export const rowsVersion = signal(0);
/** Counts up when so much was missed that what was read before is to be read again. */
export const rowsEpoch = signal(0);
/** Whether anything is known of the tasks yet. */
export const rowsKnown = signal(false);

/** All rows that are known, in no order. */
export const allRows = (): Iterable<Signal<TaskRow>> => rows.values();

export const rowOf = (id: string): Signal<TaskRow> | undefined => rows.get(id);

/** Takes in rows that were read; one that is known and newer stays. */
export function putRows(read: readonly TaskRow[]): void {
  batch(() => {
    for (const row of read) putRow(row);
  });
}

function putRow(row: TaskRow): void {
  const known = rows.get(row.id);
  const since = known?.peek().updatedAt ?? gone.get(row.id) ?? '';
  if (since > row.updatedAt) return;
  if (row.trashedAt !== undefined || row.archivedAt !== undefined) {
    gone.set(row.id, row.updatedAt);
    if (rows.delete(row.id)) rowsVersion.value += 1;
    return;
  }
  gone.delete(row.id);
  stale.delete(row.id);
  const before = known?.peek().status;
  if (known === undefined) rows.set(row.id, signal(row));
  else known.value = row;
  if (before !== row.status) rowsVersion.value += 1;
}

/** Takes out rows of tasks that are no more. */
export function dropRows(ids: readonly string[]): void {
  for (const id of ids) rows.delete(id);
  rowsVersion.value += 1;
}

/** Whether a task is out of sight, in the trash or the archive. */
export const isGone = (id: string): boolean => gone.has(id);

/** Forgets those of which something was missed, once all that is to be shown has been read again. */
export function dropStale(): void {
  if (stale.size === 0) return;
  dropRows([...stale]);
  stale.clear();
}

/** All that is known may be old: it is to be read again. */
export function markStale(): void {
  for (const id of rows.keys()) stale.add(id);
  rowsEpoch.value += 1;
}

/** Nothing is known any more, since another project is shown. */
export function forgetRows(): void {
  for (const known of [rows, gone, stale]) known.clear();
  rowsKnown.value = false;
  rowsVersion.value = rowsVersion.peek() + 1;
  rowsEpoch.value = rowsEpoch.peek() + 1;
}
