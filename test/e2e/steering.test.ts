// What a person does to a task while an agent works on it, and who works beside whom.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './world/client.ts';
import { type DevServer, serve } from './world/dev-server.ts';
import { dataOf, expectGapless, messagesOf } from './world/log.ts';
import { makeDir } from './world/place.ts';
import { isRunning } from './world/process-tree.ts';
import { git, makeRepo, readText } from './world/repo.ts';
import { serveWithSignIn } from './world/required-server.ts';
import { startRunner } from './world/runner-process.ts';
import { until } from './world/until.ts';

const TASK = { description: 'Mend the fault', workflow: 'bugfix', autonomy: 'full' };
/** Works until it is told to go on, or ended. */
const WAITS = 'echo $$ > "$1/pid"; until [ -e "$1/go" ]; do sleep 0.05; done; rm -f "$1/pid"';

let server: DevServer;
let client: Client;

beforeAll(async () => {
  server = await serve();
  client = new Client(server.url);
  await client.call('PATCH', '/config', { limits: { retryDelayMs: 50 } });
  return () => server.stop();
});

// The next test's runner must find its own task alone.
afterEach(async () => {
  for (const { id, status } of await client.list()) {
    if (!['completed', 'failed', 'cancelled'].includes(status)) {
      await client.ask('POST', `/tasks/${id}/cancel`);
    }
  }
});

const pidIn = (dir: string, file: string): Promise<number> =>
  until(
    () => {
      const place = path.join(dir, file);
      return (existsSync(place) && Number(readText(place))) || undefined;
    },
    { what: `the agent writes ${file}` },
  );

describe('a person', () => {
  it('cancels in mid-stage: SIGTERM, then SIGKILL to the whole group, a stubborn child included', async () => {
    const scratch = makeDir();
    const agent = [
      `sh -c 'trap "" TERM; while :; do sleep 1; done' & echo $! > "$1/child"`,
      `trap 'echo asked > "$1/term"; exit 0' TERM`,
      'echo $$ > "$1/pid"; while :; do sleep 0.1; done',
    ].join('\n');
    const taskId = await client.create(TASK);
    const flags = ['--once', '--grace', '1'];
    const runner = startRunner({ url: server.url, repo: makeRepo(), agent, scratch, flags });
    const pids = [await pidIn(scratch, 'pid'), await pidIn(scratch, 'child')];
    expect(pids.map(isRunning)).toEqual([true, true]);

    await client.post(`/tasks/${taskId}/cancel`);
    expect(await runner.ended).toMatchObject({ code: 3 });
    expect(readText(scratch, 'term')).toBe('asked\n');
    expect(pids.map(isRunning)).toEqual([false, false]);
    const task = await client.task(taskId);
    expect(task).toMatchObject({ status: 'cancelled', error: 'Task was cancelled by user' });
    expect(task.lease).toBeUndefined();
    expect(dataOf(await client.events(taskId), 'task:cancelled')).toHaveLength(1);
    expect(runner.output()).toMatch(/was cancelled.*its agent is ended/);
  });

  it('pauses in mid-stage and resumes: the agent ends, the stage runs again, the task completes', async () => {
    const scratch = makeDir();
    const taskId = await client.create(TASK);
    const flags = ['--once', '--grace', '1'];
    const runner = startRunner({ url: server.url, repo: makeRepo(), agent: WAITS, scratch, flags });
    const pid = await pidIn(scratch, 'pid');
    await client.post(`/tasks/${taskId}/pause`);
    expect(await client.task(taskId)).toMatchObject({ status: 'paused', pauseReason: 'manual' });
    await until(() => !isRunning(pid), { what: 'the agent of a paused task ends' });
    const isGivenBack = async () => (await client.task(taskId)).lease === undefined;
    await until(isGivenBack, { what: 'the paused task is given back' });
    expect(runner.hasEnded()).toBe(false);

    writeFileSync(path.join(scratch, 'go'), '');
    await client.post(`/tasks/${taskId}/resume`);
    expect(await runner.ended).toMatchObject({ code: 0 });
    const events = await client.events(taskId);
    expectGapless(events);
    const changes = ['task:paused', 'task:resumed', 'task:completed', 'task:retried'] as const;
    expect(changes.map((type) => dataOf(events, type).length)).toEqual([1, 1, 1, 0]);
    expect(await client.task(taskId)).toMatchObject({ status: 'completed', attempt: 1 });
  });
});

describe('two runners', () => {
  it('work on two tasks at once', async () => {
    const scratch = makeDir();
    const repo = makeRepo();
    // Each agent waits for the other one: alone, neither would ever end.
    const agent = [
      'touch "$1/$APEX_TASK_ID"',
      'until [ "$(ls "$1" | wc -l)" = 2 ]; do sleep 0.05; done',
      'if [ "$APEX_STAGE" = fix ]; then echo done > "$APEX_TASK_ID.txt"; fi',
    ].join('\n');
    const ids = [await client.create(TASK), await client.create(TASK)];
    const start = () => startRunner({ url: server.url, repo, agent, scratch });
    const runners = [start(), start()];
    const ends = await Promise.all(runners.map(({ ended }) => ended));
    expect(ends).toMatchObject([{ code: 0 }, { code: 0 }]);
    for (const id of ids) {
      const events = await client.events(id);
      const errors = dataOf(events, 'work:finished').map(({ error }) => error);
      expect(errors.filter((error) => error !== undefined)).toEqual([]);
      expect(dataOf(events, 'lease:acquired')).toHaveLength(1);
      expect(dataOf(events, 'task:completed')).toHaveLength(1);
      expect(readText(repo, `${id}.txt`)).toBe('done\n');
    }
    const holders = await Promise.all(
      ids.map(async (id) => dataOf(await client.events(id), 'lease:acquired')[0]?.runnerId),
    );
    expect(new Set(holders).size).toBe(2);
    expect(git(repo, 'log', '--merges', '--format=%s').split('\n')).toHaveLength(2);
    expect(git(repo, 'worktree', 'list').split('\n')).toHaveLength(1);
  });
});

describe('where a sign-in is required', () => {
  it('the documented tokenless calls of an agent work all the same, and nobody else’s do', async () => {
    const open = await serve();
    const scratch = makeDir();
    const post = (what: string, json: string) =>
      `curl -s -X POST $APEX_API/tasks/$APEX_TASK_ID/${what} -H "Content-Type: application/json" -d '${json}' >> "$1/answers"`;
    const agent = [
      WAITS,
      '[ "$APEX_STAGE" = fix ] || exit 0',
      post('status', '{"status":"in-progress","stage":"fix","message":"Writing code"}'),
      post('log', '{"level":"info","message":"reported without a token"}'),
      'curl -s $APEX_API/tasks/$APEX_TASK_ID > "$1/task"',
    ].join('\n');
    const before = new Client(open.url);
    const taskId = await before.create(TASK);
    const runner = startRunner({ url: open.url, repo: makeRepo(), agent, scratch });
    await pidIn(scratch, 'pid');
    await open.stop();
    const required = await serveWithSignIn(open);
    const stranger = await new Client(required.url).ask('GET', `/tasks/${taskId}`);
    expect(stranger).toMatchObject({ status: 401, body: { code: 'unauthorized' } });

    writeFileSync(path.join(scratch, 'go'), '');
    expect(await runner.ended).toMatchObject({ code: 0 });
    expect(readText(scratch, 'answers')).toBe('{"ok":true}{"ok":true}');
    expect(JSON.parse(readText(scratch, 'task'))).toMatchObject({ id: taskId });
    await required.stop();

    const again = await serve(open);
    const events = await new Client(again.url).events(taskId);
    expect(messagesOf(events)).toEqual(['reported without a token']);
    expect(dataOf(events, 'task:completed')).toHaveLength(1);
    await again.stop();
  });
});
