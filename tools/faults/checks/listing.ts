import { isDeepStrictEqual } from 'node:util';
import type { Task, TaskRow } from '../../../src/contract/task.ts';
import type { Violation } from '../report.ts';

/** What the task says of itself and a row does not. */
const BESIDE_ROW: ReadonlySet<string> = new Set<keyof Task>([
  ...([
    'environment',
    'attempt',
    'retryCount',
    'maxRetries',
    'resumeAttempts',
    'dependsOn',
  ] as const),
  ...(['blockedBy', 'stages', 'gates', 'createdBy', 'artifacts', 'seq', 'lease', 'logs'] as const),
  ...(['acceptanceCriteria', 'statusMessage', 'waitingDetail', 'resumeAfter', 'feedback'] as const),
  ...(['metadata', 'requires', 'concurrency', 'subtaskStrategy'] as const),
]);

/** Why a queued task waits, the queue knows better than the row. */
const isExplained = (task: Task, field: string): boolean =>
  task.status === 'queued' && field === 'waitingFor';

/** Every field of the row as the task has it, and none missing. */
export const compareRow = (row: TaskRow, task: Task): readonly Violation[] => {
  // A task without subtasks has none of them, and its row does not say so.
  const inRow = new Map<string, unknown>(Object.entries({ subtaskIds: [], ...row }));
  const inTask = new Map<string, unknown>(Object.entries(task));
  const fields = new Set([
    ...inRow.keys(),
    ...[...inTask.keys()].filter((key) => !BESIDE_ROW.has(key)),
  ]);
  return [...fields].flatMap((field) => {
    const [listed, own] = [inRow.get(field), inTask.get(field)];
    if (isExplained(task, field) || isDeepStrictEqual(listed, own)) return [];
    const evidence = JSON.stringify({ listed, own, seq: task.seq, status: task.status });
    return [{ taskId: task.id, what: `the listing has another ${field} than the task`, evidence }];
  });
};

/** All rows and all tasks: none missing on either side, none twice, all equal. */
export const compareListing = (
  rows: readonly TaskRow[],
  tasks: readonly Task[],
): readonly Violation[] => {
  const listed = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(tasks.map(({ id }) => id));
  const twice = rows.length === listed.size ? [] : ['The listing has a task twice.'];
  return [
    ...twice.map((what) => ({ what, evidence: `${rows.length} rows, ${listed.size} ids` })),
    ...rows
      .filter(({ id }) => !known.has(id))
      .map(({ id }) => ({ taskId: id, what: 'is listed and unknown', evidence: '' })),
    ...tasks.flatMap((task) => {
      const row = listed.get(task.id);
      if (row !== undefined) return compareRow(row, task);
      return [{ taskId: task.id, what: 'is not in the listing', evidence: task.status }];
    }),
  ];
};
