// `kill -9` of whatever it may hit. Nothing that was acknowledged is lost, nothing happens twice.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TaskEvent } from '../../src/contract/event.ts';
import { type Acknowledged, burst } from './world/burst.ts';
import { Client } from './world/client.ts';
import { type DevServer, serve } from './world/dev-server.ts';
import { dataOf, expectGapless, messagesOf } from './world/log.ts';
import { makeDir } from './world/place.ts';
import { isRunning, killAll } from './world/process-tree.ts';
import { makeRepo, readText } from './world/repo.ts';
import { startRunner } from './world/runner-process.ts';
import { byWebSocket, Subscriber } from './world/subscribers.ts';
import { until } from './world/until.ts';

const TASK = { description: 'Mend the fault', workflow: 'bugfix', autonomy: 'full' };
/** The shortest that a config allows. */
const LEASE_TTL_S = 15;
/** One term, a fresh one for an object that forgot the first, and the work. */
const NOTICED_MS = 90_000;

const world = async () => {
  const server = await serve();
  onTestFinished(() => server.npm.kill());
  const client = new Client(server.url);
  const limits = { leaseTtlSeconds: LEASE_TTL_S, retryDelayMs: 50 };
  await client.call('PATCH', '/config', { limits });
  return { server, client, repo: makeRepo(), scratch: makeDir(), stateDir: makeDir() };
};

const again = async ({ port, persistDir }: DevServer): Promise<DevServer> => {
  const server = await serve({ port, persistDir });
  onTestFinished(() => server.npm.kill());
  return server;
};

/** The first agent waits for ever in the stage that writes; a later one finds the work and does it. */
const FIRST_HANGS = [
  'if [ "$APEX_STAGE" = fix ] && mkdir "$1/first" 2>/dev/null; then',
  '  echo half > half.txt; echo $$ > "$1/pid"; while :; do sleep 0.2; done',
  'fi',
  'if [ "$APEX_STAGE" = fix ]; then echo "$SLUICE_ATTEMPT" > attempt.txt; fi',
].join('\n');

const agentIn = (scratch: string): Promise<number> =>
  until(
    () => {
      const file = path.join(scratch, 'pid');
      return (existsSync(file) && Number(readText(file))) || undefined;
    },
    { what: 'the agent is in mid-stage' },
  );

/** One end, no hole, and the second attempt did it. */
const expectOneEnd = (events: readonly TaskEvent[], attempt: number) => {
  expectGapless(events);
  expect(dataOf(events, 'task:completed')).toHaveLength(1);
  expect(dataOf(events, 'task:failed')).toEqual([]);
  expect(dataOf(events, 'task:retried').map((data) => data.attempt)).toEqual(
    Array.from({ length: attempt - 1 }, (_, index) => index + 2),
  );
};

describe('kill -9 of a runner', () => {
  it('A runner killed in mid-stage loses its lease by alarm and another finishes the task with no hand on it', async () => {
    const { server, client, repo, scratch, stateDir } = await world();
    const taskId = await client.create(TASK);
    const options = { url: server.url, repo, agent: FIRST_HANGS, scratch, stateDir };
    const first = startRunner(options);
    const agent = await agentIn(scratch);
    const { epoch: firstEpoch = 0 } = (await client.task(taskId)).lease ?? {};
    // The agent stays alive in the work tree, as after a real crash of a runner alone.
    const tree = first.tree();
    onTestFinished(() => killAll(tree));
    for (const { pid, command } of tree) {
      if (command.includes('sluice.js')) process.kill(pid, 'SIGKILL');
    }
    await first.ended;
    expect(isRunning(agent)).toBe(true);
    const second = startRunner(options);
    await until(() => second.hasEnded(), { what: 'the task is done', withinMs: NOTICED_MS });
    expect(await second.ended).toMatchObject({ code: 0 });

    expect(isRunning(agent)).toBe(false);
    const task = await client.task(taskId);
    expect(task).toMatchObject({ status: 'completed', attempt: 2 });
    const events = await client.events(taskId);
    expectOneEnd(events, 2);
    const reasons = dataOf(events, 'lease:ended').map(({ reason }) => reason);
    expect(reasons).toEqual(['expired', 'done']);
    const epochs = dataOf(events, 'lease:acquired').map(({ epoch }) => epoch);
    expect(epochs[0]).toBe(firstEpoch);
    expect(epochs[1]).toBeGreaterThan(firstEpoch);
    expect(readText(repo, 'attempt.txt')).toBe('2\n');
    await server.stop();
  });
});

describe('kill -9 of the server', () => {
  it('in mid-stage: every line arrives, in order, once, and the task ends once', async () => {
    const { server, client, repo, scratch } = await world();
    const lines = Array.from({ length: 400 }, (_, index) => `line ${index + 1}`);
    const agent = [
      '[ "$APEX_STAGE" = fix ] || exit 0',
      `for n in $(seq ${lines.length}); do echo "line $n"; sleep 0.01; done; echo x > x.txt`,
    ].join('\n');
    const taskId = await client.create(TASK);
    const runner = startRunner({ url: server.url, repo, agent, scratch });
    const seen = new Subscriber(byWebSocket(server.url, taskId), () => Number.POSITIVE_INFINITY);
    void seen.follow();
    onTestFinished(() => seen.end());
    const isInTheMiddle = async () => (await client.task(taskId)).logs.length > 50;
    await until(isInTheMiddle, { what: 'the agent has said fifty lines' });
    await server.crash();
    const seenBefore = [...seen.frames];
    expect(seenBefore.length).toBeLessThan(lines.length);
    await again(server);

    await until(() => runner.hasEnded(), { what: 'the runner is done', withinMs: NOTICED_MS });
    expect(await runner.ended).toMatchObject({ code: 0 });
    const events = await client.events(taskId);
    expectOneEnd(events, 1);
    expect(messagesOf(events)).toEqual(lines);
    expect(events.slice(0, seenBefore.length)).toEqual(seenBefore);
    expect(await client.task(taskId)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(readText(repo, 'x.txt')).toBe('x\n');
    await until(() => seen.last === events.length, { what: 'the reader has caught up' });
    expect(seen.frames).toEqual(events);
  });

  it('in a burst of writes: all that was acknowledged is there, and the listing equals the tasks', async () => {
    const { server, client } = await world();
    const acknowledged: Acknowledged = { tasks: [], logs: [] };
    const writing = burst(client, 6, acknowledged);
    await until(() => acknowledged.tasks.length >= 60, { what: 'sixty tasks are made' });
    await server.crash();
    await writing;
    await again(server);

    const listed = async () => (await client.list()).map(({ id }) => id).sort();
    const isListed = async () => {
      const ids = new Set(await listed());
      return acknowledged.tasks.every((id) => ids.has(id));
    };
    await until(isListed, { what: 'the listing has every acknowledged task' });
    for (const { id, status, updatedAt } of await client.list()) {
      expect(await client.task(id)).toMatchObject({ id, status, updatedAt });
      const events = await client.events(id);
      expectGapless(events);
      const answered = acknowledged.logs.filter(({ taskId }) => taskId === id);
      const said = messagesOf(events);
      // One more may have been stored whose answer the crash has eaten.
      expect(said.slice(0, answered.length)).toEqual(answered.map(({ message }) => message));
      expect(said.length - answered.length).toBeLessThanOrEqual(1);
    }
    const { count } = await client.get<{ count: number }>('/queue');
    expect(count).toBe(Math.min(100, (await listed()).length));
  });

  it('while a lease runs out: it is noticed afterwards, though nobody asks', async () => {
    const { server, client, repo, scratch, stateDir } = await world();
    const taskId = await client.create(TASK);
    const options = { url: server.url, repo, agent: FIRST_HANGS, scratch, stateDir };
    const first = startRunner(options);
    await agentIn(scratch);
    await Promise.all([first.kill(), server.crash()]);
    await again(server);

    // The listing is read, never the task: its own alarm must have woken it.
    const isNoticed = async () => (await client.list())[0]?.status === 'queued';
    await until(isNoticed, { what: 'the lost lease is noticed', withinMs: NOTICED_MS });
    const second = startRunner(options);
    expect(await second.ended).toMatchObject({ code: 0 });
    expectOneEnd(await client.events(taskId), 2);
  });
});
