import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PROJECT_ID } from '../../src/contract/id.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS } from '../../src/contract/project.ts';
import { DEMO_PROJECT_ID } from '../../tools/demo/project.ts';
import { ensureDemoRepository } from '../../tools/demo/repository.ts';
import { insertDemoProject, prepareDatabase } from '../../tools/dev/database.ts';
import { lockDirectory } from '../../tools/dev/lock.ts';
import { explainTakenPort, findFreePort } from '../../tools/dev/port.ts';
import { ensureSecrets } from '../../tools/dev/secrets.ts';
import { PACKAGE_ROOT, toolScript } from '../../tools/package-root.ts';
import { makeDirectory } from './directory.ts';

// Real processes are slow where many run at a time.
vi.setConfig({ testTimeout: 60_000 });

test('the root key is 32 random bytes in a file for the owner alone', () => {
  const root = makeDirectory();
  ensureSecrets(root);
  const file = join(root, '.dev.vars');
  const [, key = ''] = /^ROOT_KEY=(.*)\n$/.exec(readFileSync(file, 'utf8')) ?? [];
  expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('secrets that exist are kept', () => {
  const root = makeDirectory();
  writeFileSync(join(root, '.dev.vars'), 'ROOT_KEY=mine\n');
  ensureSecrets(root);
  expect(readFileSync(join(root, '.dev.vars'), 'utf8')).toBe('ROOT_KEY=mine\n');
});

test('the demo repository is made once: one commit on main, clean, with tests that pass', async () => {
  const repo = join(makeDirectory(), 'demo', 'repo');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repo, encoding: 'utf8' });
  await ensureDemoRepository(repo);
  const commit = git('rev-parse', 'main');
  await ensureDemoRepository(repo);
  expect(git('rev-parse', 'main')).toBe(commit);
  expect(git('rev-list', '--count', 'HEAD').trim()).toBe('1');
  expect(git('status', '--porcelain')).toBe('');
  const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, NO_COLOR: '1' };
  const output = execFileSync(process.execPath, ['--test'], { cwd: repo, encoding: 'utf8', env });
  expect(output).toContain('pass 2');
});

test('the id of the demo project is one that the contract allows', () => {
  expect(DEMO_PROJECT_ID).toMatch(PROJECT_ID);
});

test('the demo project has the environments of any project, its owner, and comes once', () => {
  const db = new DatabaseSync(':memory:');
  const folder = join(import.meta.dirname, '../../migrations');
  for (const name of readdirSync(folder).sort()) db.exec(readFileSync(join(folder, name), 'utf8'));
  db.exec(insertDemoProject(1));
  db.exec(insertDemoProject(2));
  const all = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  expect(all('SELECT id, default_environment FROM projects')).toEqual([
    { id: DEMO_PROJECT_ID, default_environment: DEFAULT_ENVIRONMENT },
  ]);
  expect(all('SELECT name, is_production AS live FROM environments ORDER BY rowid')).toEqual(
    ENVIRONMENTS.map((name) => ({ name, live: name === 'production' ? 1 : 0 })),
  );
  expect(all('SELECT project_id, principal_id, role FROM members')).toEqual([
    { project_id: DEMO_PROJECT_ID, principal_id: 'usr_local', role: 'owner' },
  ]);
});

test('the database is migrated as wrangler would, with the demo project, and once', async () => {
  const persistDir = makeDirectory();
  const database = { root: PACKAGE_ROOT, persistDir, stateDir: join(persistDir, 'state') };
  await prepareDatabase(database, { hasDemo: false, now: 1 });
  await prepareDatabase(database, { hasDemo: true, now: 1 });
  const args = ['d1', 'migrations', 'list', 'DB', '--local', '--persist-to', database.stateDir];
  const said = execFileSync(process.execPath, [toolScript.wrangler, ...args], {
    cwd: PACKAGE_ROOT,
    encoding: 'utf8',
    env: { ...process.env, CI: '1' },
  });
  expect(said).toContain('No migrations to apply');
  const folder = join(database.stateDir, 'v3/d1/miniflare-D1DatabaseObject');
  const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)) ?? '';
  const db = new DatabaseSync(join(folder, file), { readOnly: true });
  const projects = db.prepare('SELECT name FROM projects').all();
  expect(projects.map(({ name }) => name)).toContain('demo');
  db.close();
  const before = statSync(join(persistDir, 'migrations.done')).mtimeMs;
  await prepareDatabase(database, { hasDemo: true, now: 2 });
  expect(statSync(join(persistDir, 'migrations.done')).mtimeMs).toBe(before);
});

test('a taken port is one sentence that names another, a free one is none', async () => {
  const port = await findFreePort();
  expect(await explainTakenPort(port)).toBeUndefined();
  const server = createServer().listen(port, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  expect(await explainTakenPort(port)).toBe(
    `Port ${port} is taken: stop what listens there, or pass \`-- --port ${port + 1}\`.`,
  );
});

test('a directory can be locked once, and the lock of a dead owner does not count', async () => {
  const directory = makeDirectory();
  writeFileSync(join(directory, 'dev.sock'), 'what a crash might leave');
  expect(await lockDirectory(directory)).toBe(true);
  expect(await lockDirectory(directory)).toBe(false);
});
