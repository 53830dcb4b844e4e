export const CLAIM_MIGRATIONS: readonly string[] = [
  `CREATE TABLE claims(
    request_id TEXT NOT NULL, runner_id TEXT NOT NULL, slots INTEGER NOT NULL, at INTEGER NOT NULL,
    task_id TEXT NOT NULL, lease_id TEXT NOT NULL, PRIMARY KEY (runner_id, request_id, lease_id))`,
];

/** For so long the same request is the same claim. */
const KEPT_MS = 600_000;

export interface Intent {
  readonly taskId: string;
  readonly leaseId: string;
  readonly slots: number;
}

/** What was asked of tasks for a claim, written before they are asked: a lost answer is found again. */
export class ClaimTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(runnerId: string, requestId: string, intent: Intent, now: number): void {
    this.#sql.exec('DELETE FROM claims WHERE at < ?', now - KEPT_MS);
    this.#sql.exec(
      'INSERT INTO claims(request_id, runner_id, slots, at, task_id, lease_id) VALUES (?, ?, ?, ?, ?, ?)',
      requestId,
      runnerId,
      intent.slots,
      now,
      intent.taskId,
      intent.leaseId,
    );
  }

  drop(leaseId: string): void {
    this.#sql.exec('DELETE FROM claims WHERE lease_id = ?', leaseId);
  }

  of(runnerId: string, requestId: string): Intent[] {
    return this.#sql
      .exec<{ task_id: string; lease_id: string; slots: number }>(
        'SELECT task_id, lease_id, slots FROM claims WHERE runner_id = ? AND request_id = ?',
        runnerId,
        requestId,
      )
      .toArray()
      .map((row) => ({ taskId: row.task_id, leaseId: row.lease_id, slots: row.slots }));
  }
}
