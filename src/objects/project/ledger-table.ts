export const LEDGER_MIGRATIONS: readonly string[] = [
  `CREATE TABLE ledger(
    task_id TEXT PRIMARY KEY, lease_id TEXT NOT NULL, up_to INTEGER NOT NULL, headroom INTEGER NOT NULL,
    at INTEGER NOT NULL) WITHOUT ROWID`,
  'CREATE TABLE ledger_days(day INTEGER PRIMARY KEY, spent INTEGER NOT NULL) WITHOUT ROWID',
  'ALTER TABLE queue ADD COLUMN spent_micro INTEGER',
  'ALTER TABLE queue ADD COLUMN family_micro INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE queue ADD COLUMN limit_micro INTEGER',
  'ALTER TABLE queue ADD COLUMN day_limit TEXT',
  'ALTER TABLE queue ADD COLUMN budget_gate TEXT',
];

/** So long is anything kept, and the sums of days. */
const KEPT_MS = 86_400_000;
const DAYS_KEPT = 7;

export interface Kept {
  readonly leaseId: string;
  readonly upTo: number;
  readonly headroom: number;
}

export interface KeptTask {
  readonly taskId: string;
  readonly environment: string;
  readonly spent: number;
  readonly reserved: number;
}

const LEFT = 'max(0, l.up_to + l.headroom - coalesce(q.spent_micro, 0))';
// From the ledger, which is short, to the queue: the order of a cross join stays as it is written.
const SUM = `SELECT coalesce(sum(${LEFT}), 0) AS sum FROM ledger l CROSS JOIN queue q ON q.task_id = l.task_id
  WHERE ?1 IS NULL OR q.environment IN (SELECT value FROM json_each(?1))`;
const TASKS = `SELECT l.task_id AS taskId, q.environment, coalesce(q.spent_micro, 0) AS spent, ${LEFT} AS reserved
  FROM ledger l CROSS JOIN queue q ON q.task_id = l.task_id
  WHERE ?2 IS NULL OR q.environment IN (SELECT value FROM json_each(?2)) ORDER BY l.task_id LIMIT ?1`;
/** A task and all below it. */
const FAMILY = `WITH RECURSIVE family(id) AS (
    SELECT ?1 UNION SELECT q.task_id FROM family f CROSS JOIN queue q ON q.parent_id = f.id)
  SELECT coalesce(sum(coalesce(q.spent_micro, 0)), 0) AS spent,
    coalesce(sum(CASE WHEN l.task_id IS NULL THEN 0 ELSE ${LEFT} END), 0) AS reserved
  FROM family f CROSS JOIN queue q ON q.task_id = f.id LEFT JOIN ledger l ON l.task_id = f.id`;

/** What is kept of the day's budget for leases, and what was spent of it; all in micro-dollars. */
export class LedgerTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  spentOn(day: number): number {
    const sql = 'SELECT spent FROM ledger_days WHERE day = ?';
    const [row] = this.#sql.exec<{ spent: number }>(sql, day).toArray();
    return row?.spent ?? 0;
  }

  /** Sums end at what is exact. */
  spend(day: number, micros: number): void {
    this.#sql.exec(
      `INSERT INTO ledger_days(day, spent) VALUES (?1, ?2)
       ON CONFLICT(day) DO UPDATE SET spent = min(spent + ?2, 9007199254740991)`,
      day,
      micros,
    );
    this.#sql.exec('DELETE FROM ledger_days WHERE day < ?', day - DAYS_KEPT);
  }

  /** What a task has spent, told before its news come. */
  setSpent(taskId: string, micros: number): void {
    this.#sql.exec('UPDATE queue SET spent_micro = ?2 WHERE task_id = ?1', taskId, micros);
  }

  /** In these environments, or in all. */
  reserved(environments: readonly string[] | null = null): number {
    const among = environments === null ? null : JSON.stringify(environments);
    return this.#sql.exec<{ sum: number }>(SUM, among).one().sum;
  }

  /** What a task and all below it have spent, and what is kept for them. */
  family(taskId: string): { readonly spent: number; readonly reserved: number } {
    return this.#sql.exec<{ spent: number; reserved: number }>(FAMILY, taskId).one();
  }

  /** Those that something is kept for, in these environments or in all. */
  tasks(limit: number, environments: readonly string[] | null): KeptTask[] {
    const among = environments === null ? null : JSON.stringify(environments);
    return this.#sql
      .exec<KeptTask & Record<string, SqlStorageValue>>(TASKS, limit, among)
      .toArray();
  }

  keptFor(taskId: string): Kept | null {
    const sql = 'SELECT lease_id AS leaseId, up_to AS upTo, headroom FROM ledger WHERE task_id = ?';
    const [row] = this.#sql.exec<Kept & Record<string, SqlStorageValue>>(sql, taskId).toArray();
    return row ?? null;
  }

  keep(taskId: string, { leaseId, upTo, headroom }: Kept, now: number): void {
    this.#sql.exec(
      `INSERT INTO ledger(task_id, lease_id, up_to, headroom, at) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT(task_id) DO UPDATE SET lease_id = ?2, up_to = ?3, headroom = ?4, at = ?5`,
      taskId,
      leaseId,
      upTo,
      headroom,
      now,
    );
  }

  /** Gives back what is kept for this lease, or for whichever. */
  free(taskId: string, leaseId: string | null): void {
    const sql = 'DELETE FROM ledger WHERE task_id = ?1 AND (?2 IS NULL OR lease_id = ?2)';
    this.#sql.exec(sql, taskId, leaseId);
  }

  /** Nothing is kept for longer than a day, nor for a task that is gone. */
  freeOld(now: number): void {
    this.#sql.exec(
      `DELETE FROM ledger WHERE at <= ?
         OR NOT EXISTS (SELECT 1 FROM queue WHERE queue.task_id = ledger.task_id)`,
      now - KEPT_MS,
    );
  }
}
