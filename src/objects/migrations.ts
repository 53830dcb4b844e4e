/** Whether an object has ever written anything. Looking does not make it so. */
export const hasTables = ({ sql }: DurableObjectStorage): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'migrations'").toArray().length > 0;

const VERSIONS = 'CREATE TABLE IF NOT EXISTS migrations(version INTEGER PRIMARY KEY)';

/** Brings the tables of an object up to date. Append only: a migration that has run is never edited. */
export function migrate(storage: DurableObjectStorage, migrations: readonly string[]): void {
  const { sql } = storage;
  sql.exec(VERSIONS);
  const { version } = sql
    .exec<{ version: number }>('SELECT coalesce(max(version), 0) AS version FROM migrations')
    .one();
  if (version > migrations.length) throw new Error('The storage is newer than this code.');
  if (version === migrations.length) return;
  storage.transactionSync(() => {
    for (const statement of migrations.slice(version)) sql.exec(statement);
    // One row says how far: a fresh object writes no row a migration.
    sql.exec('INSERT INTO migrations(version) VALUES (?)', migrations.length);
  });
}

/** Makes what all migrations come to, where there is nothing yet and nothing is to be asked: for objects made often. */
export function makeTables(
  storage: DurableObjectStorage,
  tables: readonly string[],
  version: number,
): void {
  const { sql } = storage;
  storage.transactionSync(() => {
    for (const table of [VERSIONS, ...tables]) sql.exec(table);
    sql.exec('INSERT INTO migrations(version) VALUES (?)', version);
  });
}
