/** Whether an object has ever written anything. Looking does not make it so. */
export const hasTables = ({ sql }: DurableObjectStorage): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").toArray().length > 0;

/**
 * Brings the tables of an object up to date. Append only: a migration that has run is never edited. `fresh` makes at once
 * what all of them come to, for objects that are made often.
 */
export function migrate(
  storage: DurableObjectStorage,
  migrations: readonly string[],
  fresh?: string,
): void {
  const { sql } = storage;
  sql.exec('CREATE TABLE IF NOT EXISTS migrations(version INTEGER PRIMARY KEY)');
  const { version } = sql
    .exec<{ version: number }>('SELECT coalesce(max(version), 0) AS version FROM migrations')
    .one();
  if (version > migrations.length) throw new Error('The storage is newer than this code.');
  if (version === migrations.length) return;
  storage.transactionSync(() => {
    const isFresh = version === 0 && fresh !== undefined;
    const due = isFresh ? [fresh] : migrations.slice(version);
    for (const statement of due) sql.exec(statement);
    // One row says how far: a fresh object writes no row a migration.
    sql.exec('INSERT INTO migrations(version) VALUES (?)', migrations.length);
  });
}
