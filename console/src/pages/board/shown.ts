// What the board shows now: the rows that are known, as the address wants them.

import { computed, type Signal, signal } from '@preact/signals';
import type { TaskRow } from '../../../../src/contract/task.ts';
import { allRows, rowsVersion } from '../../live/rows.ts';
import { now } from '../../parts/clock.ts';
import { query } from '../../routing/place.ts';
import { COLUMNS, STEP } from './columns.ts';
import { readings } from './readings.ts';
import { arrange, isMoving, wishOf } from './wish.ts';

export type Row = Signal<TaskRow>;

export const wish = computed(() => wishOf(query));
/** How many of each column are shown. */
export const shownMax = signal<readonly number[]>(COLUMNS.map(() => STEP));

let last: readonly (readonly Row[])[] = [];

/** The rows of each column. One that is as it was is the same list, so that it is not drawn again. */
export const groups = computed<readonly (readonly Row[])[]>(() => {
  void rowsVersion.value;
  if (isMoving(wish.value)) void now.value;
  const next = arrange(allRows(), (row) => row.peek(), wish.value).map((rows, at) => {
    const before = last[at];
    const isSame = before?.length === rows.length && before.every((row, i) => row === rows[i]);
    return isSame ? before : rows;
  });
  last = next;
  return next;
});

/** The columns that the address wants. */
export const columnsShown = computed(() =>
  COLUMNS.flatMap((kind, at) =>
    wish.value.column === '' || wish.value.column === kind.key ? [{ kind, at }] : [],
  ),
);

/** Nothing is there, and nothing more is to come. */
export const isEmpty = computed(
  () =>
    groups.value.every(({ length }) => length === 0) &&
    readings.every(({ value }) => !value.isBusy && value.refusal === null && value.cursor === null),
);
