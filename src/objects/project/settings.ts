export const SETTINGS_MIGRATIONS: readonly string[] = [
  'CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL)',
];

/** A few facts of a project by name, each a JSON value. */
export class Settings {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  read(key: string): unknown {
    const [row] = this.#sql
      .exec<{ value: string }>('SELECT value FROM settings WHERE key = ?', key)
      .toArray();
    return row === undefined ? undefined : JSON.parse(row.value);
  }

  write(key: string, value: unknown): void {
    this.#sql.exec(
      'INSERT INTO settings(key, value) VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2',
      key,
      JSON.stringify(value),
    );
  }
}
