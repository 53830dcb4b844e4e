import type { EndWithTask } from '../../domain/deployment/command.ts';
import type { DeploymentDue } from '../../domain/deployment/news.ts';

export const DEPLOYMENT_MIGRATIONS: readonly string[] = [
  `CREATE TABLE deployments(
    id TEXT PRIMARY KEY, task_id TEXT, due_at INTEGER NOT NULL, revision INTEGER NOT NULL,
    ended TEXT, attempts INTEGER NOT NULL DEFAULT 0)`,
  'CREATE INDEX deployments_due ON deployments(due_at)',
  'CREATE INDEX deployments_of_task ON deployments(task_id) WHERE task_id IS NOT NULL',
];

/** How the task of a deployment has ended. */
export type TaskEnd = Pick<EndWithTask, 'status' | 'error'>;

/** A deployment that is to be looked at. */
export interface DueDeployment {
  readonly id: string;
  readonly revision: number;
  readonly attempts: number;
  /** Null: its time has come, or is near. */
  readonly ended: TaskEnd | null;
}

const NOTE = `INSERT INTO deployments(id, task_id, due_at, revision) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT(id) DO UPDATE SET due_at = iif(ended IS NULL, ?3, due_at), revision = ?4, attempts = 0
  WHERE revision < ?4`;
const END = `UPDATE deployments SET ended = ?2, due_at = ?3, attempts = 0
  WHERE task_id = ?1 AND ended IS NULL`;

/** The open deployments of a project: when each is to be looked at, and for which task it was opened. */
export class DeploymentTable {
  readonly #sql: SqlStorage;
  /** Whether there may be any row; undefined until this instance has looked. */
  #hasAny: boolean | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get #isEmpty(): boolean {
    this.#hasAny ??= this.#sql.exec('SELECT 1 FROM deployments LIMIT 1').toArray().length > 0;
    return !this.#hasAny;
  }

  /** What was changed in D1. Told late, or twice, it changes nothing. */
  note(id: string, { taskId, dueAt, revision }: DeploymentDue): void {
    if (dueAt === null) {
      this.forget(id);
      return;
    }
    this.#sql.exec(NOTE, id, taskId, dueAt, revision);
    this.#hasAny = true;
  }

  /** The task has ended, and its deployments are to end with it. True: there are such. */
  endOfTask(taskId: string, end: TaskEnd, now: number): boolean {
    if (this.#isEmpty) return false;
    return this.#sql.exec(END, taskId, JSON.stringify(end), now).rowsWritten > 0;
  }

  forget(id: string): void {
    if (this.#isEmpty) return;
    this.#sql.exec('DELETE FROM deployments WHERE id = ?', id);
    this.#hasAny = undefined;
  }

  /** When the first is to be looked at, in milliseconds; null: there is none. */
  dueAt(): number | null {
    if (this.#isEmpty) return null;
    const [row] = this.#sql
      .exec<{ due_at: number }>('SELECT due_at FROM deployments ORDER BY due_at LIMIT 1')
      .toArray();
    return row?.due_at ?? null;
  }

  due(now: number, limit: number): readonly DueDeployment[] {
    if (this.#isEmpty) return [];
    return this.#sql
      .exec<{ id: string; revision: number; attempts: number; ended: string | null }>(
        'SELECT id, revision, attempts, ended FROM deployments WHERE due_at <= ? ORDER BY due_at LIMIT ?',
        now,
        limit,
      )
      .toArray()
      .map(({ ended, ...row }) => ({
        ...row,
        // Our own bytes, written by `endOfTask`.
        ended: ended === null ? null : (JSON.parse(ended) as TaskEnd),
      }));
  }

  /** Looked at: nothing is to be done before this time, unless it has been changed since. */
  wait(seen: Pick<DueDeployment, 'id' | 'revision'>, dueAt: number): void {
    const sql = `UPDATE deployments SET due_at = ?2, ended = NULL, attempts = 0
      WHERE id = ?1 AND revision <= ?3`;
    this.#sql.exec(sql, seen.id, dueAt, seen.revision);
  }

  /** It could not be looked at, and is again at this time. */
  retry({ id }: Pick<DueDeployment, 'id'>, dueAt: number): void {
    const sql = 'UPDATE deployments SET due_at = ?2, attempts = attempts + 1 WHERE id = ?1';
    this.#sql.exec(sql, id, dueAt);
  }
}
