// `npm run dev` in the hands of somebody who has just cloned it.
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Client } from './world/client.ts';
import { type DevServer, serve, startDev } from './world/dev-server.ts';
import { findPort, makeDir, ROOT } from './world/place.ts';
import { processes, stillRunning } from './world/process-tree.ts';
import { runInShell, runToEnd, said, start } from './world/started.ts';
import { until } from './world/until.ts';

const DEMO_WITHIN_MS = 60_000;
const LABELS = [
  'Console',
  'API',
  'API docs',
  'Mode',
  'Demo task',
  'See it',
  'Watch',
  'Approve',
  'Result',
  'Own task',
  'Own agent',
  'End',
];

const persistDir = makeDir();

const demo = async (): Promise<DevServer> => {
  const server = await serve({ persistDir, hasDemo: true });
  onTestFinished(() => server.npm.kill());
  return server;
};

const lineOf = (server: DevServer, label: string): string => {
  const found = new RegExp(`^  ${label} +(.*)$`, 'm').exec(server.npm.output())?.[1];
  if (found === undefined) throw new Error(`${label} is not printed:\n${server.npm.output()}`);
  return found;
};

/** Ctrl-C, then nobody of the tree lives, and nobody who was told of the directory. */
const expectCleanEnd = async (server: DevServer) => {
  const tree = server.npm.tree();
  expect(tree.some(({ command }) => command.includes('workerd'))).toBe(true);
  server.npm.signal('SIGINT');
  await until(() => server.npm.hasEnded(), { what: 'Ctrl-C ends the server', withinMs: 15_000 });
  const left = () => [
    ...stillRunning(tree),
    ...processes().filter(({ command }) => command.includes(persistDir)),
  ];
  await until(() => left().length === 0, { what: 'nothing is left', withinMs: 2_000 }).catch(() =>
    expect(left()).toEqual([]),
  );
};

describe('npm run dev', () => {
  let taskId = '';

  it('shows a task that moves to its gate, is approved by the printed line, and is merged', async () => {
    const startedAt = performance.now();
    const server = await demo();
    const client = new Client(server.url);
    const printed = [...server.npm.stdout().matchAll(/^ {2}(\S+(?: \S+)?) {2,}\S.*$/gm)];
    expect(printed.map(([, label]) => label)).toEqual(LABELS);
    taskId = /^(task_\w+) \(\S+; just created\)$/.exec(lineOf(server, 'Demo task'))?.[1] ?? '';
    expect(lineOf(server, 'API')).toBe(server.url);
    for (const label of ['Console', 'See it']) {
      const page = await fetch(lineOf(server, label));
      expect(await page.text()).toContain('<title>Sluice</title>');
    }
    expect((await fetch(lineOf(server, 'API docs'))).status).toBe(200);

    await said(server.npm, /It waits for you at gate "review"/, DEMO_WITHIN_MS);
    expect(performance.now() - startedAt).toBeLessThan(DEMO_WITHIN_MS);
    expect(await client.task(taskId)).toMatchObject({ status: 'waiting-approval' });
    const [, approve = ''] = /approve it here:\n +(curl .*)$/m.exec(server.npm.output()) ?? [];
    expect(approve).toBe(lineOf(server, 'Approve'));
    const watch = start({
      command: 'sh',
      args: ['-c', `${lineOf(server, 'Watch')} -s`],
      cwd: ROOT,
    });
    onTestFinished(() => watch.kill());
    await said(watch, /^event: task:state$/m);
    expect((await runInShell(approve, ROOT)).stdout).toBe('{"ok":true}');

    const text = await said(
      server.npm,
      /The demo task is completed\. See the result:\n.*\n/,
      30_000,
    );
    expect(await client.task(taskId)).toMatchObject({ status: 'completed' });
    await said(watch, /^event: gate:approved$/m);
    await said(watch, /^event: task:completed$/m);
    const [, result = ''] = /See the result:\n +(git .*)$/m.exec(text) ?? [];
    expect(result).toBe(lineOf(server, 'Result'));
    const log = await runInShell(result, ROOT);
    expect(log.stdout).toMatch(/Merge apex\/\S+: Add health check endpoint/);

    const repo = path.join(persistDir, 'demo', 'repo');
    const tests = await runToEnd({ command: 'npm', args: ['test'], cwd: repo });
    expect(tests).toMatchObject({ code: 0 });
    expect(tests.stdout).toMatch(/health/i);
    await expectCleanEnd(server);
  });

  it('finds its state again at the second start, and makes no second demo task', async () => {
    const server = await demo();
    expect(lineOf(server, 'Demo task')).toBe(
      `${taskId} (completed, at review; from an earlier start)`,
    );
    const client = new Client(server.url);
    const { projectId } = await client.task(taskId);
    const rows = await client.list(`&projectId=${projectId}`);
    expect(rows).toMatchObject([{ id: taskId, status: 'completed' }]);

    const own = await runInShell(`${lineOf(server, 'Own task')} -s`, ROOT);
    const { taskId: ownId } = JSON.parse(own.stdout) as { taskId: string };
    expect(await client.task(ownId)).toMatchObject({ description: 'Describe it here' });
    const other = await startDev({ persistDir, hasDemo: true });
    onTestFinished(() => other.npm.kill());
    expect(await other.npm.ended).toMatchObject({ code: 1 });
    expect(other.npm.output()).toContain(`Another server uses ${persistDir}: end it`);
    await expectCleanEnd(server);
  });

  it('says in one sentence that the port is taken, and exits 1', async () => {
    const port = await findPort();
    const stranger = createServer().listen(port, '127.0.0.1');
    onTestFinished(() => void stranger.close());
    const server = await startDev({ port, hasDemo: true });
    onTestFinished(() => server.npm.kill());
    expect(await server.npm.ended).toMatchObject({ code: 1 });
    const lines = server.npm
      .output()
      .split('\n')
      .filter((line) => line !== '' && !/^(> |npm )/.test(line));
    const other = port + 1;
    expect(lines).toEqual([
      `Port ${port} is taken: stop what listens there, or pass \`-- --port ${other}\`.`,
    ]);
  });

  it('is empty with SLUICE_DEMO=0', async () => {
    const server = await serve();
    onTestFinished(() => server.npm.kill());
    const client = new Client(server.url);
    expect(server.npm.output()).not.toMatch(/demo/i);
    expect(await client.get('/tasks')).toMatchObject({ tasks: [], count: 0 });
    expect(await client.get('/runners')).toMatchObject({ runners: [], count: 0 });
    await server.stop();
  });
});
