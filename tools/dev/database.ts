// Brings the local D1 up to date. Each wrangler call costs one to two seconds, so none is made in vain.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runToEnd } from '../child-process.ts';
import { DEMO_PROJECT_ID } from '../demo/project.ts';
import { toolScript } from '../package-root.ts';

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

/** Remembers beside the database what was done to it. */
const once = async (
  database: Database,
  step: { readonly name: string; readonly value: string },
  work: () => Promise<void>,
): Promise<void> => {
  const stamp = join(database.persistDir, `${step.name}.done`);
  const isDone =
    existsSync(join(database.stateDir, 'v3', 'd1')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === step.value;
  if (isDone) return;
  await work();
  writeFileSync(stamp, step.value);
};

const runD1 = async (database: Database, args: readonly string[]): Promise<void> => {
  const run = await runToEnd({
    command: process.execPath,
    args: [toolScript.wrangler, 'd1', ...args, '--local', '--persist-to', database.stateDir],
    cwd: database.root,
    // Wrangler asks before it migrates, but not in CI.
    env: { ...process.env, CI: '1' },
  });
  if (run.code !== 0) throw new Error(`\`wrangler d1 ${args[0]}\` failed.\n${run.output.trim()}`);
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
  const value = digestMigrations(database.root);
  await once(database, { name: 'migrations', value }, () =>
    runD1(database, ['migrations', 'apply', 'DB']),
  );
  if (!options.hasDemo) return;
  // What is to be done is its own version: an older start may have done less.
  await once(database, { name: 'demo-project', value: insertDemoProject(0) }, () =>
    runD1(database, ['execute', 'DB', '--command', insertDemoProject(options.now)]),
  );
};
