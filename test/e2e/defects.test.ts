// The defects of old that need real processes to be shown absent. Others of them are shown in test/conformance, and here:
// B4, no text of a person or an agent reaches a shell: sluice-run.test.ts, "takes markup, escape codes and shell words
// for text". B11, kill -9 at any moment: crash.test.ts, all of it.
import { chmodSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Acknowledged, burst } from './world/burst.ts';
import { Client } from './world/client.ts';
import { type DevServer, serve } from './world/dev-server.ts';
import { dataOf, expectGapless, messagesOf } from './world/log.ts';
import { makeDir, ROOT } from './world/place.ts';
import { addRemote, git, makeRepo, readText } from './world/repo.ts';
import { startRunner } from './world/runner-process.ts';
import { until } from './world/until.ts';

const TASK = { description: 'Mend the fault', workflow: 'bugfix' };
const WRITES = 'cat > /dev/null; if [ "$APEX_STAGE" = fix ]; then echo mended > mended.txt; fi';

const again = async ({ port, persistDir }: DevServer): Promise<DevServer> => {
  const server = await serve({ port, persistDir });
  onTestFinished(() => server.npm.kill());
  return server;
};

/** A file that can be run. */
const makeScript = (dir: string, name: string, lines: readonly string[]): string => {
  const file = path.join(dir, name);
  writeFileSync(file, `${['#!/bin/sh', ...lines].join('\n')}\n`);
  chmodSync(file, 0o755);
  return file;
};

describe('a server that goes and comes again', () => {
  it('B26 stops with all that it acknowledged on disk', async () => {
    const server = await serve();
    onTestFinished(() => server.npm.kill());
    const client = new Client(server.url);
    const acknowledged: Acknowledged = { tasks: [], logs: [] };
    const writing = burst(client, 4, acknowledged);
    await until(() => acknowledged.tasks.length >= 20, { what: 'twenty tasks are made' });
    await server.stop();
    await writing;
    await again(server);
    for (const id of acknowledged.tasks) {
      const events = await client.events(id);
      expectGapless(events);
      const logged = acknowledged.logs.filter(({ taskId }) => taskId === id);
      const messages = logged.map(({ message }) => message);
      expect(messagesOf(events).slice(0, messages.length)).toEqual(messages);
    }
  });

  it('B11 a pause with an end is over at its end, though the server was killed meanwhile', async () => {
    const server = await serve();
    onTestFinished(() => server.npm.kill());
    const client = new Client(server.url);
    const taskId = await client.create(TASK);
    const resumeAfter = new Date(Date.now() + 4_000).toISOString();
    await client.post(`/tasks/${taskId}/pause`, { reason: 'rate_limit', resumeAfter });
    await server.crash();
    await again(server);
    // The listing is read, never the task: its own alarm must have woken it.
    const isResumed = async () => (await client.list())[0]?.status === 'queued';
    await until(isResumed, { what: 'the task has resumed itself' });
    const { timestamp = '' } = (await client.events(taskId)).at(-1) ?? {};
    expect(timestamp >= resumeAfter).toBe(true);
  });
});

describe('completed', () => {
  let server: DevServer;
  let client: Client;

  beforeAll(async () => {
    server = await serve();
    client = new Client(server.url);
    return () => server.stop();
  });

  /** A repository with a remote, and checks that write down what they were called with, and where. */
  const newPlace = async (failing = 'none') => {
    const scratch = makeDir();
    const check = makeScript(scratch, 'check', [
      `echo "$1 $(git rev-parse --abbrev-ref HEAD) $(cat mended.txt)" >> '${scratch}/checks'`,
      `[ "$1" != ${failing} ]`,
    ]);
    const commands = { lintCommand: `${check} lint`, buildCommand: `${check} build` };
    await client.call('PATCH', '/config', {
      project: { ...commands, testCommand: `${check} test` },
    });
    const repo = makeRepo();
    const bare = addRemote(repo);
    return { scratch, check, repo, bare };
  };

  it('B29 comes after the gate, the configured checks, the merge and the push', async () => {
    const { scratch, repo, bare } = await newPlace();
    const taskId = await client.create({ ...TASK, autonomy: 'review-before-merge' });
    makeScript(path.join(bare, 'hooks'), 'post-receive', [
      `curl -s '${server.url}/tasks/${taskId}' >> '${scratch}/at-push'`,
      `echo >> '${scratch}/at-push'`,
    ]);
    const runner = startRunner({ url: server.url, repo, agent: WRITES });
    await client.reaches(taskId, 'waiting-approval');
    expect(git(repo, 'log', '--format=%s')).toBe('start');
    await client.post(`/tasks/${taskId}/gates/review/approve`);
    expect(await runner.ended).toMatchObject({ code: 0 });

    expect(git(bare, 'show', 'main:mended.txt')).toBe('mended');
    const pushes = readText(scratch, 'at-push').trim().split('\n');
    expect(pushes.length).toBeGreaterThan(0);
    for (const line of pushes) expect(JSON.parse(line)).toMatchObject({ status: 'in-progress' });
    const names = readText(scratch, 'checks').trim().split('\n');
    expect(names.map((line) => line.split(' ')[0])).toEqual(['lint', 'build', 'test']);
    for (const line of names) expect(line).toMatch(/ mended$/);
    const events = await client.events(taskId);
    const seqOf = (isIt: (event: (typeof events)[number]) => boolean) =>
      events.find(isIt)?.seq ?? Number.NaN;
    const order = [
      seqOf(({ type }) => type === 'gate:approved'),
      seqOf(({ data }) => 'message' in data && /^Check passed: .* test/.test(data.message ?? '')),
      seqOf(
        ({ type, data }) => type === 'work:finished' && 'kind' in data && data.kind === 'merge',
      ),
      seqOf(({ type }) => type === 'task:completed'),
    ];
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(Number.NaN);
  });

  it('B29 never comes after a check that failed: the task fails with it, and nothing is merged', async () => {
    const { scratch, check, repo, bare } = await newPlace('build');
    const taskId = await client.create({ ...TASK, autonomy: 'full' });
    const runner = startRunner({ url: server.url, repo, agent: WRITES });
    expect(await runner.ended).toMatchObject({ code: 3 });
    const task = await client.task(taskId);
    expect(task).toMatchObject({ status: 'failed', attempt: 1 });
    expect(task.error).toContain(`Check failed: ${check} build`);
    expect(task).not.toHaveProperty('completedAt');
    expect(dataOf(await client.events(taskId), 'task:completed')).toEqual([]);
    const names = readText(scratch, 'checks').trim().split('\n');
    expect(names.map((line) => line.split(' ')[0])).toEqual(['lint', 'build']);
    for (const place of [repo, bare])
      expect(git(place, 'log', '--format=%s', 'main')).toBe('start');
  });
});

// That it passes on a clean checkout is what `.ci/run` shows: it clones first, and counts a test that was skipped for want
// of something on the machine as a failure.
it('B28 no test is switched off, focused, or left for later', () => {
  const files = globSync('test/**/*.test.ts', { cwd: ROOT });
  expect(files.length).toBeGreaterThan(80);
  const marks = /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|only|todo|fails)\b|\bx(?:it|describe)\(/;
  const marked = files.filter((file) => marks.test(readFileSync(path.join(ROOT, file), 'utf8')));
  expect(marked).toEqual([]);
});
