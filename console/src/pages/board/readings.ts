// Reading what the feed does not bring: the tasks that were there before, a page of each column at a time.

import { type Signal, signal } from '@preact/signals';
import type { TaskList } from '../../../../src/contract/page.ts';
import { get, type Refusal, withQuery } from '../../api/ask.ts';
import { projectId } from '../../api/session.ts';
import { onFeed } from '../../live/feed.ts';
import { dropStale, putRows } from '../../live/rows.ts';
import { COLUMNS, STEP } from './columns.ts';

export interface ColumnReading {
  /** Null: the server has no more. */
  readonly cursor: string | null;
  readonly isBusy: boolean;
  readonly refusal: Refusal | null;
}

/** What the server chooses by; the rest is chosen among what was read. */
export interface Chosen {
  readonly q: string;
  readonly workflow: string;
}

const BEFORE: ColumnReading = { cursor: null, isBusy: true, refusal: null };
export const readings: readonly Signal<ColumnReading>[] = COLUMNS.map(() => signal(BEFORE));

let chosen: Chosen = { q: '', workflow: '' };
let turn = 0;

/** Reads the newest of every column anew. */
export async function readAll(wanted: Chosen): Promise<void> {
  chosen = wanted;
  turn += 1;
  const mine = turn;
  const done = await Promise.all(COLUMNS.map((_, at) => read(at, null)));
  if (mine === turn && done.every(Boolean)) dropStale();
}

// What could not be read is read once the connection is back.
onFeed({
  state: () => {
    if (readings.some((one) => one.peek().refusal)) void readAll(chosen);
  },
});

/** Reads the next page of a column, if there is one and it is not being read. */
export async function readMore(at: number): Promise<void> {
  const reading = readings[at]?.peek();
  if (reading === undefined || reading.isBusy || reading.cursor === null) return;
  await read(at, reading.cursor);
}

async function read(at: number, cursor: string | null): Promise<boolean> {
  const [kind, reading] = [COLUMNS[at], readings[at]];
  if (kind === undefined || reading === undefined) return false;
  const mine = turn;
  reading.value = { cursor, isBusy: true, refusal: null };
  const project = projectId.peek();
  const wanted = { status: kind.statuses.join(','), ...chosen, cursor, limit: STEP };
  const answer = await get<TaskList>(withQuery('/tasks', { ...wanted, projectId: project }));
  // Another project may be shown by now, and no board that would read anew.
  if (mine !== turn || project !== projectId.peek()) return false;
  if (answer.ok) putRows(answer.value.tasks);
  reading.value = answer.ok
    ? { cursor: answer.value.nextCursor ?? null, isBusy: false, refusal: null }
    : { cursor, isBusy: false, refusal: answer.refusal };
  return answer.ok;
}
