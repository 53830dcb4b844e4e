// Brings the local D1 up to date. It costs about two seconds, so it is not done in vain.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from '../child-process.ts';
import { DEMO_PROJECT_ID } from '../demo/project.ts';

interface Database {
  readonly root: string;
  readonly persistDir: string;
  readonly stateDir: string;
}

/** What the migrations folder says, as one short text. */
const digestMigrations = (root: string): string => {
  const folder = join(root, 'migrations');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.sql')) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
};

/** What was done to the database is remembered beside it. */
const stampOf = ({ persistDir }: Database, name: string): string =>
  join(persistDir, `${name}.done`);

const isDone = (database: Database, name: string, value: string): boolean => {
  const stamp = stampOf(database, name);
  const isThere = existsSync(join(database.stateDir, 'v3', 'd1')) && existsSync(stamp);
  return isThere && readFileSync(stamp, 'utf8') === value;
};

const runD1 = async (
  { root, stateDir }: Database,
  statements: readonly string[],
): Promise<void> => {
  const run = await runToEnd({
    command: process.execPath,
    args: [join(import.meta.dirname, 'prepare-d1.ts'), stateDir, ...statements],
    cwd: root,
  });
  if (run.code !== 0) throw new Error(`The database cannot be prepared.\n${run.output.trim()}`);
};

/** As every project has them (a test compares the two). */
const ENVIRONMENTS = ['production', 'staging', 'development'];

/** The demo's project with its environments and its owner; what is there stays. */
export const insertDemoProject = (now: number): string =>
  'INSERT OR IGNORE INTO projects' +
  '(id, name, description, default_environment, created_by, created_at, updated_at, revision)' +
  ` VALUES('${DEMO_PROJECT_ID}', 'demo', 'What npm run dev shows', 'development',` +
  ` 'usr_local', ${now}, ${now}, 1);` +
  'INSERT OR IGNORE INTO environments(project_id, name, is_production, created_at) VALUES' +
  ENVIRONMENTS.map(
    (name) => `('${DEMO_PROJECT_ID}', '${name}', ${name === 'production' ? 1 : 0}, ${now})`,
  ).join() +
  ';INSERT OR IGNORE INTO members(project_id, principal_id, role, added_by, created_at)' +
  ` VALUES('${DEMO_PROJECT_ID}', 'usr_local', 'owner', 'usr_local', ${now})`;

/** Applies the migrations that are new and makes the demo project if it is wanted. */
export const prepareDatabase = async (
  database: Database,
  options: { readonly hasDemo: boolean; readonly now: number },
): Promise<void> => {
  mkdirSync(database.persistDir, { recursive: true });
  // What is to be done for the demo is its own version: an older start may have done less.
  const steps = [
    { name: 'migrations', value: digestMigrations(database.root), statements: [] },
    ...(options.hasDemo
      ? [
          {
            name: 'demo-project',
            value: insertDemoProject(0),
            statements: insertDemoProject(options.now).split(';'),
          },
        ]
      : []),
  ].filter(({ name, value }) => !isDone(database, name, value));
  if (steps.length === 0) return;
  await runD1(
    database,
    steps.flatMap(({ statements }) => statements),
  );
  for (const { name, value } of steps) writeFileSync(stampOf(database, name), value);
};
