// The rows of the queue, as it reads them.

import type { Effort, Priority, TaskStatus } from '../../contract/task.ts';
import type { Purse, Queued, Waiting } from '../../domain/queue.ts';

/** A row of the queue as it is stored. */
export interface Row extends Record<string, SqlStorageValue> {
  readonly task_id: string;
  readonly seq: number;
  readonly status: string;
  readonly priority: string;
  readonly effort: string;
  readonly environment: string;
  readonly created_at: number;
  readonly queued_at: number;
  readonly not_before: number | null;
  readonly leased: number;
  readonly runner_id: string | null;
  readonly last_runner_id: string | null;
  readonly requires: string;
  readonly concurrency_key: string | null;
  readonly concurrency_max: number | null;
  readonly blocked: number;
  readonly trashed: number;
  readonly agents: string;
  readonly parent_id: string | null;
  readonly spent_micro: number | null;
  readonly family_micro: number;
  readonly limit_micro: number | null;
  readonly day_limit: string | null;
  readonly budget_gate: string | null;
}

/** What says why a task waits. */
export type WaitingRow = Pick<
  Row,
  | 'blocked'
  | 'requires'
  | 'environment'
  | 'agents'
  | 'not_before'
  | 'concurrency_key'
  | 'concurrency_max'
  | 'parent_id'
  | 'spent_micro'
  | 'family_micro'
  | 'limit_micro'
  | 'day_limit'
  | 'budget_gate'
>;

/** What is known of the money of a task. */
export function purseIn(row: WaitingRow): { readonly purse?: Purse } {
  if (row.limit_micro === null) return {};
  // Our own bytes, written by `apply`.
  const dayLimit = row.day_limit === null ? null : (JSON.parse(row.day_limit) as Purse['dayLimit']);
  return {
    purse: {
      parentId: row.parent_id,
      spent: row.spent_micro ?? 0,
      withSubtasks: row.family_micro,
      limit: row.limit_micro,
      dayLimit,
      gateId: row.budget_gate,
    },
  };
}

export const waitingFromRow = (row: WaitingRow): Omit<Waiting, 'taskId'> => ({
  blocked: row.blocked === 1,
  // Our own bytes, written by `apply`.
  requires: JSON.parse(row.requires) as string[],
  agents: JSON.parse(row.agents) as string[],
  environment: row.environment,
  notBefore: row.not_before,
  concurrency:
    row.concurrency_key === null
      ? null
      : { key: row.concurrency_key, max: row.concurrency_max ?? 1 },
  ...purseIn(row),
});

export const fromRow = (row: Row): Queued => ({
  ...waitingFromRow(row),
  taskId: row.task_id,
  seq: row.seq,
  // Our own words, written by `apply`.
  status: row.status as TaskStatus,
  priority: row.priority as Priority,
  effort: row.effort as Effort,
  createdAt: row.created_at,
  queuedAt: row.queued_at,
  leased: row.leased === 1,
  runnerId: row.runner_id,
  lastRunnerId: row.last_runner_id,
  trashed: row.trashed === 1,
});
