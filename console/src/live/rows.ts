// The tasks of the project as rows, kept by the feed. One signal a row, so that a change draws one card again.

import { type Signal, signal } from '@preact/signals';
import type { TaskRow } from '../../../src/contract/task.ts';
import { type FeedEvent, onFeed } from './feed.ts';
import { withEvent } from './row-change.ts';

const rows = new Map<string, Signal<TaskRow>>();

/** Counts up whenever a row has come or gone, or has another status. */
export const rowsVersion = signal(0);

/** All rows that are known, in no order. */
export const allRows = (): Iterable<Signal<TaskRow>> => rows.values();

export const rowOf = (id: string): Signal<TaskRow> | undefined => rows.get(id);

/** Takes in rows that were read; one that is known and newer stays. */
export function putRows(read: readonly TaskRow[]): void {
  for (const row of read) putRow(row);
}

function putRow(row: TaskRow): void {
  const known = rows.get(row.id);
  if (known === undefined) rows.set(row.id, signal(row));
  else if (known.peek().updatedAt > row.updatedAt) return;
  else known.value = row;
  rowsVersion.value += 1;
}

function forget(ids: readonly string[]): void {
  for (const id of ids) rows.delete(id);
  rowsVersion.value += 1;
}

function take(event: FeedEvent): void {
  if (event.type === 'trash:emptied') {
    const { deletedTaskIds } = event.data;
    forget(Array.isArray(deletedTaskIds) ? deletedTaskIds : []);
    return;
  }
  const known = rows.get(event.taskId);
  const before = known?.peek();
  const after = withEvent(before, event);
  if (after === undefined || after === before) return;
  if (known === undefined) rows.set(after.id, signal(after));
  else known.value = after;
  if (before?.status !== after.status) rowsVersion.value += 1;
}

/** Follows the feed for as long as the console is open. */
export const keepRows = (): (() => void) => onFeed({ state: putRows, event: take });
