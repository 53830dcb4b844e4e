// Migrates D1 as wrangler does, and notes it in the same table, so that either may go on where the other left off.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unstable_splitSqlQuery as splitSql } from 'wrangler';

interface Statement {
  bind(...values: readonly unknown[]): Statement;
  run(): Promise<unknown>;
  all<Row>(): Promise<{ readonly results: readonly Row[] }>;
}

/** What is used of D1, whose own types come with a package that is not installed. */
export interface Database {
  prepare(sql: string): Statement;
  batch(statements: readonly Statement[]): Promise<unknown>;
}

const NOTES =
  'CREATE TABLE IF NOT EXISTS d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT,' +
  ' name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)';
const APPLIED = 'SELECT name FROM d1_migrations';
const NOTE = 'INSERT INTO d1_migrations (name) VALUES (?)';

/** Applies the migrations of the folder that the database has not seen. */
export const applyMigrations = async (database: Database, folder: string): Promise<void> => {
  await database.prepare(NOTES).run();
  const { results } = await database.prepare(APPLIED).all<{ readonly name: string }>();
  const applied = new Set(results.map((row) => row.name));
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  for (const name of names.sort()) {
    if (applied.has(name)) continue;
    const statements = splitSql(readFileSync(join(folder, name), 'utf8'));
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare(NOTE).bind(name),
    ]);
  }
};
