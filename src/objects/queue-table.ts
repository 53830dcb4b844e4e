import type { Effort, Priority, TaskStatus } from '../contract/task.ts';
import { effortRank, priorityRank, type QueueEntry } from '../domain/queue.ts';

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

interface Row extends Record<string, SqlStorageValue> {
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
}

const fromRow = (row: Row): QueueEntry => ({
  taskId: row.task_id,
  seq: row.seq,
  // Our own words, written by `apply`.
  status: row.status as TaskStatus,
  priority: row.priority as Priority,
  effort: row.effort as Effort,
  environment: row.environment,
  createdAt: row.created_at,
  queuedAt: row.queued_at,
  notBefore: row.not_before,
  leased: row.leased === 1,
  runnerId: row.runner_id,
  lastRunnerId: row.last_runner_id,
});

const QUEUED = `SELECT * FROM queue WHERE status = 'queued' AND leased = 0 AND reserved_at IS NULL
  ORDER BY priority_rank DESC, effort_rank, created_at, task_id LIMIT ? OFFSET ?`;

/** All tasks of a project, as far as its queue is concerned. */
export class QueueTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Takes what a task says of itself; what is older than what is known changes nothing. */
  apply(entry: QueueEntry): boolean {
    const { rowsWritten } = this.#sql.exec(
      `INSERT INTO queue VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, NULL, NULL)
       ON CONFLICT(task_id) DO UPDATE SET seq = ?2, status = ?3, priority = ?4, effort = ?5,
         priority_rank = ?6, effort_rank = ?7, environment = ?8, queued_at = ?10, not_before = ?11,
         leased = ?12, runner_id = ?13, last_runner_id = ?14
       WHERE queue.seq < ?2`,
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
    );
    return rowsWritten > 0;
  }

  /** Keeps a task for a runner while it is asked for its lease; what the task says of itself stands beside. */
  reserve(taskId: string, runnerId: string, now: number): void {
    this.#sql.exec(
      'UPDATE queue SET reserved_at = ?, reserved_by = ? WHERE task_id = ?',
      now,
      runnerId,
      taskId,
    );
  }

  /** The task has granted: the lease counts until the task says something later. */
  confirm(taskId: string, runnerId: string, seq: number): void {
    this.#sql.exec(
      `UPDATE queue SET reserved_at = NULL, reserved_by = NULL,
         leased = CASE WHEN seq < ?3 THEN 1 ELSE leased END,
         runner_id = CASE WHEN seq < ?3 THEN ?2 ELSE runner_id END WHERE task_id = ?1 AND reserved_by = ?2`,
      taskId,
      runnerId,
      seq,
    );
  }

  /** Gives a reservation up: this runner's, or whoever's. */
  unreserve(taskId: string, runnerId?: string): void {
    this.#sql.exec(
      `UPDATE queue SET reserved_at = NULL, reserved_by = NULL
       WHERE task_id = ?1 AND (?2 IS NULL OR reserved_by = ?2)`,
      taskId,
      runnerId ?? null,
    );
  }

  /** Reservations that are older than `before`: their tasks are asked. */
  reservedBefore(before: number): string[] {
    return this.#sql
      .exec<{ task_id: string }>(
        'SELECT task_id FROM queue WHERE reserved_at IS NOT NULL AND reserved_at <= ?',
        before,
      )
      .toArray()
      .map((row) => row.task_id);
  }

  oldestReservation(): number | null {
    const { at } = this.#sql
      .exec<{ at: number | null }>(
        'SELECT min(reserved_at) AS at FROM queue WHERE reserved_at IS NOT NULL',
      )
      .one();
    return at;
  }

  queued(limit: number, offset = 0): QueueEntry[] {
    return this.#sql.exec<Row>(QUEUED, limit, offset).toArray().map(fromRow);
  }

  find(taskId: string): QueueEntry | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM queue WHERE task_id = ?', taskId).toArray();
    return row === undefined ? null : fromRow(row);
  }

  /** Leases that live, and those that are being asked for. */
  leases(): number {
    const sql = `SELECT (SELECT count(*) FROM queue WHERE leased = 1)
      + (SELECT count(*) FROM queue WHERE reserved_at IS NOT NULL AND leased = 0) AS n`;
    return this.#sql.exec<{ n: number }>(sql).one().n;
  }

  leasesOf(runnerId: string): number {
    const sql = `SELECT (SELECT count(*) FROM queue WHERE leased = 1 AND runner_id = ?1)
      + (SELECT count(*) FROM queue WHERE reserved_at IS NOT NULL AND reserved_by = ?1 AND leased = 0) AS n`;
    return this.#sql.exec<{ n: number }>(sql, runnerId).one().n;
  }

  /** Whether a task is this runner's: leased to it, or being asked for. */
  isWith(taskId: string, runnerId: string): boolean {
    const sql = `SELECT 1 FROM queue WHERE task_id = ?1
      AND ((leased = 1 AND runner_id = ?2) OR (reserved_at IS NOT NULL AND reserved_by = ?2))`;
    return this.#sql.exec(sql, taskId, runnerId).toArray().length > 0;
  }

  /** Ids in order, for a walk over all tasks of the project. */
  idsAfter(after: string, limit: number): string[] {
    return this.#sql
      .exec<{ task_id: string }>(
        'SELECT task_id FROM queue WHERE task_id > ? ORDER BY task_id LIMIT ?',
        after,
        limit,
      )
      .toArray()
      .map((row) => row.task_id);
  }
}
