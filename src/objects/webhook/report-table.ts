import type { Notice } from '../../domain/delivery/breaker.ts';

export const REPORT_MIGRATIONS: readonly string[] = [
  'CREATE TABLE reports(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, report TEXT NOT NULL)',
];

/** Something of the endpoint that people are to hear of. */
export type Report =
  | { readonly kind: 'failing'; readonly percent: Notice; readonly since: number }
  | { readonly kind: 'disabled'; readonly reason: 'failing' | 'gone'; readonly revision: number }
  | {
      readonly kind: 'exhausted';
      readonly deliveryId: string;
      readonly eventId: string;
      readonly type: string;
      readonly attempt: number;
    };

export interface KeptReport {
  readonly id: number;
  /** In milliseconds. */
  readonly at: number;
  readonly report: Report;
}

const INSERT = 'INSERT INTO reports(at, report) VALUES (?, ?)';
const OLDEST = 'SELECT id, at, report FROM reports ORDER BY id LIMIT ?';
const DISABLING = `SELECT 1 FROM reports WHERE report LIKE '{"kind":"disabled"%' LIMIT 1`;
const DONE = 'DELETE FROM reports WHERE id = ?';

/** What has not been told yet: it is written with what it tells of, and deleted once D1 has it. */
export class ReportTable {
  readonly #sql: SqlStorage;
  #isEmpty: boolean | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get isEmpty(): boolean {
    this.#isEmpty ??= this.oldest(1).length === 0;
    return this.#isEmpty;
  }

  /** Whether D1 has not been told yet that the endpoint is disabled. */
  get hasDisabling(): boolean {
    if (this.isEmpty) return false;
    return this.#sql.exec(DISABLING).toArray().length > 0;
  }

  add(report: Report, now: number): void {
    this.#sql.exec(INSERT, now, JSON.stringify(report));
    this.#isEmpty = false;
  }

  oldest(limit: number): readonly KeptReport[] {
    return (
      this.#sql
        .exec<{ id: number; at: number; report: string }>(OLDEST, limit)
        .toArray()
        // Our own bytes, written above.
        .map((row) => ({ ...row, report: JSON.parse(row.report) as Report }))
    );
  }

  done(id: number): void {
    this.#sql.exec(DONE, id);
    this.forget();
  }

  forget(): void {
    this.#isEmpty = undefined;
  }
}
