/** The leases of a project, in the rows of its queue: those that live, and those that are being asked for. */
export class LeaseTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
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

  #count(where: string, ...values: readonly SqlStorageValue[]): number {
    const sql = `SELECT (SELECT count(*) FROM queue WHERE leased = 1 AND ${where.replace('WHO', 'runner_id')})
      + (SELECT count(*) FROM queue WHERE reserved_at IS NOT NULL AND leased = 0
         AND ${where.replace('WHO', 'reserved_by')}) AS n`;
    return this.#sql.exec<{ n: number }>(sql, ...values).one().n;
  }

  /** Leases that live, and those that are being asked for. */
  count(): number {
    return this.#count('1');
  }

  countOf(runnerId: string): number {
    return this.#count('WHO = ?1', runnerId);
  }

  /** Those that carry a concurrency key. */
  countWith(key: string): number {
    return this.#count('concurrency_key = ?1', key);
  }

  /** The tasks that are leased to a runner. */
  tasksOf(runnerId: string): string[] {
    return this.#sql
      .exec<{ task_id: string }>(
        'SELECT task_id FROM queue WHERE leased = 1 AND runner_id = ?',
        runnerId,
      )
      .toArray()
      .map((row) => row.task_id);
  }

  /** The same, of some environments or of all. */
  tasksIn(runnerId: string, environments: readonly string[] | null): string[] {
    return this.#sql
      .exec<{ task_id: string }>(
        `SELECT task_id FROM queue WHERE leased = 1 AND runner_id = ?1
           AND (?2 IS NULL OR environment IN (SELECT value FROM json_each(?2))) ORDER BY task_id`,
        runnerId,
        environments === null ? null : JSON.stringify(environments),
      )
      .toArray()
      .map((row) => row.task_id);
  }

  /** Whether a task is this runner's: leased to it, or being asked for. */
  isWith(taskId: string, runnerId: string): boolean {
    const sql = `SELECT 1 FROM queue WHERE task_id = ?1
      AND ((leased = 1 AND runner_id = ?2) OR (reserved_at IS NOT NULL AND reserved_by = ?2))`;
    return this.#sql.exec(sql, taskId, runnerId).toArray().length > 0;
  }
}
