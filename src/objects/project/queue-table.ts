import {
  effortRank,
  type Purse,
  priorityRank,
  type Queued,
  type QueueEntry,
  type Waiting,
} from '../../domain/queue.ts';
import { fromRow, purseIn, type Row, type WaitingRow, waitingFromRow } from './queue-row.ts';

export const QUEUE_MIGRATIONS: readonly string[] = [
  `CREATE TABLE queue(
    task_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, status TEXT NOT NULL,
    priority TEXT NOT NULL, effort TEXT NOT NULL, priority_rank INTEGER NOT NULL, effort_rank INTEGER NOT NULL,
    environment TEXT NOT NULL, created_at INTEGER NOT NULL, queued_at INTEGER NOT NULL, not_before INTEGER,
    leased INTEGER NOT NULL, runner_id TEXT, last_runner_id TEXT, reserved_at INTEGER, reserved_by TEXT)`,
  `CREATE INDEX queue_order ON queue(priority_rank DESC, effort_rank, created_at, task_id) WHERE status = 'queued'`,
  'CREATE INDEX queue_leased ON queue(runner_id) WHERE leased = 1',
  'CREATE INDEX queue_reserved ON queue(reserved_by) WHERE reserved_at IS NOT NULL',
];

/** What the queue learned to know later; migrations are appended, never inserted. */
export const QUEUE_ADDITIONS: readonly string[] = [
  "ALTER TABLE queue ADD COLUMN requires TEXT NOT NULL DEFAULT '[]'",
  'ALTER TABLE queue ADD COLUMN concurrency_key TEXT',
  'ALTER TABLE queue ADD COLUMN concurrency_max INTEGER',
  'ALTER TABLE queue ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE queue ADD COLUMN trashed INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE queue ADD COLUMN told_seq INTEGER NOT NULL DEFAULT 0',
  "ALTER TABLE queue ADD COLUMN agents TEXT NOT NULL DEFAULT '[]'",
  'ALTER TABLE queue ADD COLUMN parent_id TEXT',
  'CREATE INDEX queue_parents ON queue(parent_id) WHERE parent_id IS NOT NULL',
  'CREATE INDEX queue_blocked ON queue(created_at) WHERE blocked = 1',
  'CREATE INDEX queue_trashed ON queue(task_id) WHERE trashed = 1',
];

/** What has to be remembered of a task to count what comes next: in the row that its news write anyway. */
export const QUEUE_TALLY = ["ALTER TABLE queue ADD COLUMN tally TEXT NOT NULL DEFAULT ''"];

/** How far a task has told, and what is remembered of it. */
export interface TaskMark {
  readonly seq: number;
  readonly tally: string;
}

/** Few columns: each is copied out of the database for whoever reads a task that waits. */
const WAITING = `SELECT blocked, requires, environment, agents, not_before, concurrency_key, concurrency_max,
    parent_id, spent_micro, family_micro, limit_micro, day_limit, budget_gate FROM queue WHERE task_id = ? AND (status = 'queued' OR blocked = 1)`;

const PURSE = WAITING.slice(0, WAITING.indexOf(' AND '));

const IN_SHOWN = '(?2 IS NULL OR environment IN (SELECT value FROM json_each(?2)))';
const SHOWN_QUEUED = `SELECT * FROM queue WHERE status = 'queued' AND leased = 0 AND reserved_at IS NULL AND ${IN_SHOWN}
  ORDER BY priority_rank DESC, effort_rank, created_at, task_id LIMIT ?1`;
const SHOWN_BLOCKED = `SELECT * FROM queue WHERE blocked = 1 AND ${IN_SHOWN} ORDER BY created_at LIMIT ?1`;

const QUEUED = `SELECT * FROM queue WHERE status = 'queued' AND leased = 0 AND reserved_at IS NULL
  ORDER BY priority_rank DESC, effort_rank, created_at, task_id LIMIT ? OFFSET ?`;

const APPLY = `INSERT INTO queue(task_id, seq, status, priority, effort, priority_rank, effort_rank, environment,
    created_at, queued_at, not_before, leased, runner_id, last_runner_id, requires, concurrency_key,
    concurrency_max, blocked, trashed, told_seq, agents, parent_id, tally,
    spent_micro, family_micro, limit_micro, day_limit, budget_gate)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, coalesce(?20, 0), ?21, ?22,
    coalesce(?23, ''), ?24, coalesce(?25, 0), ?26, ?27, ?28)
  ON CONFLICT(task_id) DO UPDATE SET seq = ?2, status = ?3, queued_at = ?10, not_before = ?11,
    leased = ?12, runner_id = ?13, last_runner_id = ?14, blocked = ?18, trashed = ?19,
    told_seq = coalesce(?20, told_seq), agents = ?21, tally = coalesce(?23, tally),
    spent_micro = max(coalesce(spent_micro, 0), ?24), family_micro = coalesce(?25, family_micro), limit_micro = ?26,
    day_limit = ?27, budget_gate = ?28
  WHERE queue.seq < ?2`;

type Shown = readonly string[] | null;

/** All tasks of a project, as far as its queue is concerned. */
export class QueueTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Takes what a task says of itself; what is older than what is known changes nothing. `mark`: where the events that came
   * with it have led.
   */
  apply(entry: QueueEntry, mark: TaskMark | null = null): boolean {
    const { rowsWritten } = this.#sql.exec(
      APPLY,
      entry.taskId,
      entry.seq,
      entry.status,
      entry.priority,
      entry.effort,
      priorityRank(entry.priority),
      effortRank(entry.effort),
      entry.environment,
      entry.createdAt,
      entry.queuedAt,
      entry.notBefore,
      entry.leased ? 1 : 0,
      entry.runnerId,
      entry.lastRunnerId,
      JSON.stringify(entry.requires),
      entry.concurrency?.key ?? null,
      entry.concurrency?.max ?? null,
      entry.blocked ? 1 : 0,
      entry.trashed ? 1 : 0,
      mark?.seq ?? null,
      JSON.stringify(entry.agents),
      entry.parentId,
      mark?.tally ?? null,
      entry.money?.spent ?? null,
      entry.money?.withSubtasks ?? null,
      entry.money?.limit ?? null,
      entry.money?.dayLimit ? JSON.stringify(entry.money.dayLimit) : null,
      entry.money?.gateId ?? null,
    );
    return rowsWritten > 0;
  }

  /** Up to which event of a task its project has taken its news: 0 for a task it does not know. */
  markOf(taskId: string): TaskMark & { readonly spent: number | null } {
    const sql = 'SELECT told_seq AS seq, tally, spent_micro AS spent FROM queue WHERE task_id = ?';
    const [row] = this.#sql
      .exec<{ seq: number; tally: string; spent: number | null }>(sql, taskId)
      .toArray();
    return row ?? { seq: 0, tally: '', spent: 0 };
  }

  /** Null for a task that is unknown, or whose money is. */
  purseOf(taskId: string): Purse | null {
    const [row] = this.#sql.exec<WaitingRow>(PURSE, taskId).toArray();
    return row === undefined ? null : (purseIn(row).purse ?? null);
  }

  /** Null for a task that it does not know. */
  statusOf(taskId: string): string | null {
    const [row] = this.#sql
      .exec<{ status: string }>('SELECT status FROM queue WHERE task_id = ?', taskId)
      .toArray();
    return row?.status ?? null;
  }

  setMark(taskId: string, { seq, tally }: TaskMark): void {
    this.#sql.exec(
      'UPDATE queue SET told_seq = ?, tally = ? WHERE task_id = ?',
      seq,
      tally,
      taskId,
    );
  }

  queued(limit: number, offset = 0): Queued[] {
    return this.#sql.exec<Row>(QUEUED, limit, offset).toArray().map(fromRow);
  }

  /** When the next task of those at the front of the queue may be begun that may not be yet; null: there is none. */
  nextStart(now: number): number | null {
    const sql =
      'SELECT min(not_before) AS at FROM (SELECT not_before FROM queue WHERE status = ?1 AND leased = 0 ' +
      'ORDER BY priority_rank DESC, effort_rank, created_at, task_id LIMIT 200) WHERE not_before > ?2';
    return this.#sql.exec<{ at: number | null }>(sql, 'queued', now).one().at;
  }

  /** The first of the queue in these environments; null: in all. */
  queuedIn(environments: Shown, limit: number): Queued[] {
    return this.#shown(SHOWN_QUEUED, environments, limit);
  }

  /** Those that wait for other tasks in these environments, oldest first; null: in all. */
  blockedIn(environments: Shown, limit: number): Queued[] {
    return this.#shown(SHOWN_BLOCKED, environments, limit);
  }

  /** What is known of why a task waits; null for one that is unknown or does not wait. */
  findWaiting(taskId: string): Waiting | null {
    const [row] = this.#sql.exec<WaitingRow>(WAITING, taskId).toArray();
    return row === undefined ? null : { taskId, ...waitingFromRow(row) };
  }

  /** Ids in order, for a walk over all tasks of the project. */
  idsAfter(after: string, limit: number): string[] {
    const sql = 'SELECT task_id FROM queue WHERE task_id > ? ORDER BY task_id LIMIT ?';
    return this.#ids(sql, after, limit);
  }

  trashedIds(): string[] {
    return this.#ids('SELECT task_id FROM queue WHERE trashed = 1 ORDER BY task_id');
  }

  forget(taskIds: readonly string[]): void {
    const sql = 'DELETE FROM queue WHERE task_id IN (SELECT value FROM json_each(?))';
    this.#sql.exec(sql, JSON.stringify(taskIds));
  }

  #shown(sql: string, environments: Shown, limit: number): Queued[] {
    const shown = environments && JSON.stringify(environments);
    return this.#sql.exec<Row>(sql, limit, shown).toArray().map(fromRow);
  }

  #ids(sql: string, ...values: readonly SqlStorageValue[]): string[] {
    return this.#sql
      .exec<{ task_id: string }>(sql, ...values)
      .toArray()
      .map((row) => row.task_id);
  }
}
