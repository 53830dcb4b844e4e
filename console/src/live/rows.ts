// The tasks of the project as rows, kept by the feed. One signal a row, so that a change draws one card again.

import { batch, effect, type Signal, signal } from '@preact/signals';
import type { Task, TaskRow } from '../../../src/contract/task.ts';
import { get } from '../api/ask.ts';
import { projectId } from '../api/session.ts';
import { type FeedEvent, onFeed } from './feed.ts';
import { rowOfTask, withEvent } from './row-change.ts';

const rows = new Map<string, Signal<TaskRow>>();
/** Tasks out of sight, and since when: what is read later may be older than that. */
const gone = new Map<string, string>();
/** Tasks of which something was missed. */
const stale = new Set<string>();
const asked = new Set<string>();

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

function take(event: FeedEvent): void {
  if (event.type === 'trash:emptied') {
    const { deletedTaskIds } = event.data;
    if (Array.isArray(deletedTaskIds)) for (const id of deletedTaskIds) rows.delete(id);
    rowsVersion.value += 1;
    return;
  }
  const before = rows.get(event.taskId)?.peek();
  const after = withEvent(before, event);
  if (after !== undefined && after !== before) putRow(after);
  else if (after === undefined && 'status' in event.data) void askFor(event.taskId);
}

/** Something has happened to a task that was never read: it is older than all that are. */
async function askFor(id: string): Promise<void> {
  if (id === '0' || gone.has(id) || asked.has(id)) return;
  asked.add(id);
  const answer = await get<Task>(`/tasks/${id}`);
  asked.delete(id);
  if (answer.ok) putRows([rowOfTask(answer.value)]);
}

/** Forgets those of which something was missed, once all that is to be shown has been read again. */
export function dropStale(): void {
  if (stale.size === 0) return;
  for (const id of stale) rows.delete(id);
  stale.clear();
  rowsVersion.value += 1;
}

/** Follows the feed for as long as the console is open. */
export function keepRows(): () => void {
  const stopFeed = onFeed({
    state: (read) => {
      putRows(read);
      rowsKnown.value = true;
    },
    event: take,
    reset: () => {
      for (const id of rows.keys()) stale.add(id);
      rowsEpoch.value += 1;
    },
  });
  const stopProject = effect(() => {
    if (projectId.value === null) return;
    for (const known of [rows, gone, stale]) known.clear();
    rowsKnown.value = false;
    rowsVersion.value = rowsVersion.peek() + 1;
    rowsEpoch.value = rowsEpoch.peek() + 1;
  });
  return () => {
    stopFeed();
    stopProject();
  };
}
