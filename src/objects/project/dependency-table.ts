import type { Dependency } from '../../contract/event-subtask.ts';

export const DEPENDENCY_MIGRATIONS: readonly string[] = [
  `CREATE TABLE dependencies(
    task_id TEXT NOT NULL, on_id TEXT NOT NULL, believed TEXT NOT NULL, gone INTEGER NOT NULL DEFAULT 0,
    due INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(task_id, on_id))`,
  'CREATE INDEX dependencies_on ON dependencies(on_id)',
  'CREATE INDEX dependencies_due ON dependencies(task_id) WHERE due = 1',
];

/** A task hears when another one ends or is tried again; which open status it has in between is nothing to it. */
const kind = (status: string): string =>
  `CASE WHEN ${status} IN ('completed', 'failed', 'cancelled', 'deleted') THEN ${status} ELSE 'open' END`;

const STATUS = `CASE WHEN gone = 1 THEN 'deleted' ELSE
  coalesce((SELECT status FROM queue WHERE queue.task_id = on_id), believed) END`;

/** A task that has to hear how one that it depends on stands. */
export interface DueTelling {
  readonly taskId: string;
  readonly dependency: Dependency;
}

/**
 * Who depends on whom in a project, and what each task believes of those it depends on. Where the belief is not true
 * any more, telling is due: so nothing is lost between the two, whatever dies in between.
 */
export class DependencyTable {
  readonly #sql: SqlStorage;
  /** Whether there is any row; undefined until this instance has looked. */
  #hasAny: boolean | undefined;
  /** Whether any telling may be due; undefined until this instance has looked. */
  #anyDue: boolean | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Whether any telling is due. Mostly none is, and then nothing is read. */
  get isDue(): boolean {
    if (this.#anyDue !== false) this.#anyDue = this.due(1).length > 0;
    return this.#anyDue;
  }

  /** Takes what a task believes, and looks whom its own status is news to. Most projects have no dependency at all. */
  apply(taskId: string, believed: readonly Dependency[]): void {
    this.#hasAny ??= this.#sql.exec('SELECT 1 FROM dependencies LIMIT 1').toArray().length > 0;
    if (believed.length > 0) this.#hasAny = true;
    if (!this.#hasAny) return;
    for (const { id, status } of believed) {
      this.#sql.exec(
        `INSERT INTO dependencies(task_id, on_id, believed) VALUES (?1, ?2, ?3)
         ON CONFLICT(task_id, on_id) DO UPDATE SET believed = ?3`,
        taskId,
        id,
        status,
      );
    }
    if (believed.length > 0) this.#look('task_id', taskId);
    this.#look('on_id', taskId);
  }

  #look(column: 'task_id' | 'on_id', taskId: string): void {
    const { rowsWritten } = this.#sql.exec(
      `UPDATE dependencies SET due = (${kind('believed')}) != (${kind(`(${STATUS})`)})
       WHERE ${column} = ? AND due != ((${kind('believed')}) != (${kind(`(${STATUS})`)}))`,
      taskId,
    );
    if (rowsWritten > 0) this.#anyDue = undefined;
  }

  due(limit: number): DueTelling[] {
    return this.#sql
      .exec<{ task_id: string; on_id: string; status: string }>(
        `SELECT task_id, on_id, ${STATUS} AS status FROM dependencies WHERE due = 1 LIMIT ?`,
        limit,
      )
      .toArray()
      .map((row) => ({
        taskId: row.task_id,
        // Our own words, written by the queue.
        dependency: { id: row.on_id, status: row.status as Dependency['status'] },
      }));
  }

  /** How those that a task depends on stand. */
  of(taskId: string): Dependency[] {
    return this.#sql
      .exec<{ on_id: string; status: string }>(
        `SELECT on_id, ${STATUS} AS status FROM dependencies WHERE task_id = ?`,
        taskId,
      )
      .toArray()
      .map((row) => ({ id: row.on_id, status: row.status as Dependency['status'] }));
  }

  told({ taskId, dependency }: DueTelling): void {
    const { id, status } = dependency;
    const sql = 'UPDATE dependencies SET believed = ? WHERE task_id = ? AND on_id = ?';
    this.#sql.exec(sql, status, taskId, id);
    this.#look('task_id', taskId);
  }

  /** Tasks that are gone: nobody tells them, and those who wait for them hear it. */
  forget(taskIds: readonly string[]): void {
    const ids = JSON.stringify(taskIds);
    this.#anyDue = undefined;
    this.#sql.exec(
      'DELETE FROM dependencies WHERE task_id IN (SELECT value FROM json_each(?))',
      ids,
    );
    this.#sql.exec(
      `UPDATE dependencies SET gone = 1, due = believed != 'completed'
       WHERE on_id IN (SELECT value FROM json_each(?))`,
      ids,
    );
  }

  /** Whether one of these tasks waits for the target, through however many others. Parents wait for subtasks. */
  leadsTo(from: readonly string[], targets: readonly string[]): boolean {
    const sql = `WITH RECURSIVE waits(id) AS (
        SELECT value FROM json_each(?1) UNION
        SELECT on_id FROM dependencies JOIN waits ON dependencies.task_id = waits.id UNION
        SELECT task_id FROM queue JOIN waits ON queue.parent_id = waits.id LIMIT 10000)
      SELECT 1 FROM waits WHERE id IN (SELECT value FROM json_each(?2)) LIMIT 1`;
    const rows = this.#sql.exec(sql, JSON.stringify(from), JSON.stringify(targets));
    return rows.toArray().length > 0;
  }
}
