export const CURSOR_MIGRATIONS: readonly string[] = [
  `CREATE TABLE cursors(
    consumer TEXT PRIMARY KEY, seq INTEGER NOT NULL, attempts INTEGER NOT NULL, retry_at INTEGER)`,
];

/** How far a consumer has been told, and when it is tried again after a failure. */
export interface Cursor {
  seq: number;
  attempts: number;
  retryAt: number | null;
}

interface Row extends Record<string, SqlStorageValue> {
  readonly consumer: string;
  readonly seq: number;
  readonly attempts: number;
  readonly retry_at: number | null;
}

/** The cursors of all consumers: rows, and what memory knows of them. */
export class Cursors {
  readonly #sql: SqlStorage;
  #known: Map<string, Cursor> | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  #read(): Map<string, Cursor> {
    const rows = this.#sql.exec<Row>('SELECT consumer, seq, attempts, retry_at FROM cursors');
    return new Map(
      rows
        .toArray()
        .map(({ consumer, seq, attempts, retry_at }) => [
          consumer,
          { seq, attempts, retryAt: retry_at },
        ]),
    );
  }

  /** Nobody is known to have been told of anything. */
  begin(): void {
    this.#known = new Map();
  }

  of(name: string): Cursor {
    this.#known ??= this.#read();
    const cursor = this.#known.get(name) ?? { seq: 0, attempts: 0, retryAt: null };
    this.#known.set(name, cursor);
    return cursor;
  }

  store(name: string, cursor: Cursor): void {
    this.#sql.exec(
      `INSERT INTO cursors(consumer, seq, attempts, retry_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT(consumer) DO UPDATE SET seq = ?2, attempts = ?3, retry_at = ?4`,
      name,
      cursor.seq,
      cursor.attempts,
      cursor.retryAt,
    );
  }
}
