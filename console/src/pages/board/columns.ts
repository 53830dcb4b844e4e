// The columns of the board: what a status means for who looks at the whole. Pure.

import type { TaskStatus } from '../../../../src/contract/task.ts';

export interface ColumnKind {
  readonly key: string;
  readonly name: string;
  readonly statuses: readonly TaskStatus[];
}

export const COLUMNS: readonly ColumnKind[] = [
  { key: 'queued', name: 'Queued', statuses: ['pending', 'queued'] },
  { key: 'planning', name: 'Planning', statuses: ['planning'] },
  { key: 'in-progress', name: 'In progress', statuses: ['in-progress'] },
  { key: 'waiting-approval', name: 'Needs you', statuses: ['waiting-approval'] },
  { key: 'paused', name: 'Paused', statuses: ['paused'] },
  { key: 'completed', name: 'Done', statuses: ['completed'] },
  { key: 'failed', name: 'Failed', statuses: ['failed', 'cancelled'] },
];

/** How many tasks a column shows at first, and how many more at a time. */
export const STEP = 50;

const INDEX = new Map(COLUMNS.flatMap(({ statuses }, at) => statuses.map((one) => [one, at])));

/** In which column a task of this status is. */
export const columnIndex = (status: TaskStatus): number => INDEX.get(status) ?? 0;

/** Whether nothing more happens to it by itself. */
export const isEnded = (status: TaskStatus): boolean => columnIndex(status) > 4;

/** Whether it can be tried again. */
export const canRetry = (status: TaskStatus): boolean => columnIndex(status) === 6;
