// The line of a runner: claims that wait while the object sleeps, and mean what they mean over HTTP.

import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { later } from './leased-world.ts';
import { askForLine, lineOver, openLine } from './line-world.ts';
import { newQueue } from './queue-world.ts';
import {
  claimOne,
  configure,
  eventually,
  getTask,
  holderOf,
  newProject,
  newTask,
  newTestRunner,
  projectStub,
  read,
  send,
  type TestRunner,
} from './world.ts';

afterEach(() => {
  vi.useRealTimers();
});

async function newWaiting(config: Record<string, unknown> = {}, fields = {}) {
  const projectId = await newProject(config);
  const runner = await newTestRunner(projectId, fields);
  return { projectId, runner, line: await openLine(runner) };
}

const remove = (runner: TestRunner) =>
  send(`/runners/${runner.id}?force=true`, undefined, { method: 'DELETE' });

describe('a claim on a line', () => {
  it('is granted at once where there is work, with all that the grant over HTTP has', async () => {
    const { projectId, runner, line } = await newWaiting();
    const [taskId] = await newQueue(projectId, [{}]);
    line.claim('clm_now');
    const { grant } = await line.hear('grant');
    expect(grant).toMatchObject({
      requestId: 'clm_now',
      task: { id: taskId },
      lease: { epoch: 1 },
    });
    const again = await runner.claim({ requestId: 'clm_now' });
    expect(Object.keys(again.body.grants[0] ?? {})).toEqual(Object.keys(grant));
    const done = await holderOf(runner, grant).beat({ workId: grant.work.workId });
    expect(done.status).toBe(200);
  });

  it('waits for work while the object sleeps, and is granted as soon as there is some', async () => {
    const { projectId, line } = await newWaiting();
    line.claim('clm_wait', 2);
    await line.hear('queue');
    await evictDurableObject(projectStub(projectId));
    const taskId = await newTask({ projectId });
    expect((await line.hear('grant')).grant.task.id).toBe(taskId);
    await newTask({ projectId });
    line.claim('clm_more', 2);
    expect((await line.hear('grant', 1)).grant.requestId).toBe('clm_more');
  });

  it('is over once it was answered, as over HTTP', async () => {
    const { projectId, line } = await newWaiting();
    line.claim('clm_one', 8);
    await line.hear('queue');
    const [taskId] = [await newTask({ projectId }), await newTask({ projectId })];
    expect((await line.hear('grant')).grant.task.id).toBe(taskId);
    await eventually(
      async () => (await read<{ count: number }>(`/queue?projectId=${projectId}`)).body.count,
    ).toBe(1);
    expect(line.all('grant')).toHaveLength(1);
  });

  it('that is taken back is not granted', async () => {
    const { projectId, runner, line } = await newWaiting();
    line.claim('clm_not');
    await line.hear('queue');
    line.say({ t: 'unclaim', requestId: 'clm_not' });
    line.socket.send('{"t":"x"}');
    await line.hear('error');
    const taskId = await newTask({ projectId });
    const other = await claimOne(await newTestRunner(projectId));
    expect(other.taskId).toBe(taskId);
    expect(line.all('grant')).toEqual([]);
    expect((await read(`/runners/${runner.id}`)).body['leases']).toBe(0);
  });

  it('A claim whose answer is dropped, repeated on either wire with its `requestId`, yields the same lease', async () => {
    const { projectId, runner, line } = await newWaiting();
    const [taskId] = await newQueue(projectId, [{}, {}]);
    line.claim('clm_lost');
    // Nobody reads what it answers.
    line.socket.close(1000);
    await eventually(async () => (await getTask(taskId ?? '')).lease?.runnerId).toBe(runner.id);
    const { leaseId } = (await getTask(taskId ?? '')).lease ?? {};
    await abortAllDurableObjects();
    const over = await runner.claim({ requestId: 'clm_lost' });
    expect(over.body.grants.map(({ lease }) => lease.leaseId)).toEqual([leaseId]);
    const next = await openLine(runner);
    next.claim('clm_lost');
    expect((await next.hear('grant')).grant.lease.leaseId).toBe(leaseId);
    expect((await runner.claim({ requestId: 'clm_lost' })).body.grants).toHaveLength(1);
    next.claim('clm_lost', 2);
    expect(await next.hear('error')).toMatchObject({ code: 'request_id_reused', re: 'clm_lost' });
  });

  it('and its twin over HTTP, asked at the same time, have the same grants', async () => {
    const { projectId, runner, line } = await newWaiting();
    await newQueue(projectId, [{}, {}, {}]);
    line.claim('clm_twin', 3);
    const twins = [1, 2, 3].map(() => runner.claim({ requestId: 'clm_twin', slots: 3 }));
    const answers = await Promise.all(twins);
    await line.hear('grant', 2);
    const pushed = line.all('grant').map(({ grant }) => grant.lease.leaseId);
    for (const { body } of answers) {
      expect(body.grants.map(({ lease }) => lease.leaseId).toSorted()).toEqual(pushed.toSorted());
    }
  });

  it('never passes the limit of the project or the capacity of its runner', async () => {
    const { projectId, line } = await newWaiting({ limits: { maxConcurrentTasks: 2 } });
    const small = await newTestRunner(projectId, { capacity: 1 });
    const lines = [line, await openLine(small)];
    await newQueue(projectId, [{}, {}, {}, {}]);
    for (const [index, one] of lines.entries()) one.claim(`clm_${index}`, 8);
    const granted = () => lines.flatMap((one) => one.all('grant')).length;
    await eventually(granted).toBe(2);
    await configure(projectId, { limits: { maxConcurrentTasks: 4 } });
    lines[0]?.claim('clm_again', 8);
    await eventually(granted).toBe(4);
    expect(lines[1]?.all('grant').length).toBeLessThanOrEqual(1);
  });

  it('looks again by itself when a backoff has passed, though nothing has happened', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const limits = { leaseTtlSeconds: 15, retryDelayMs: 4_000 };
    const { projectId, runner, line } = await newWaiting({ limits });
    await newTask({ projectId });
    const holder = await claimOne(runner);
    await holder.result(holder.grant.work.workId, {
      outcome: 'failed',
      error: { code: 'agent_exit', message: 'no', retryable: true },
    });
    line.claim('clm_back');
    expect((await line.hear('queue')).queue.waiting.backoff).toBe(1);
    await evictDurableObject(projectStub(projectId));
    later(6_000);
    expect(await runDurableObjectAlarm(projectStub(projectId))).toBe(true);
    expect((await line.hear('grant')).grant.task.attempt).toBe(2);
  });
});

describe('a line', () => {
  it('says what waits and why, on a change and at most every 15 s', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { projectId, line } = await newWaiting();
    line.claim('clm_queue');
    expect((await line.hear('queue')).queue).toMatchObject({
      claimable: 0,
      waiting: { labels: 0 },
    });
    await newQueue(projectId, [{ requires: ['gpu'] }, { requires: ['gpu'] }]);
    expect(line.all('queue')).toHaveLength(1);
    later(15_001);
    expect(await runDurableObjectAlarm(projectStub(projectId))).toBe(true);
    expect((await line.hear('queue', 1)).queue.waiting.labels).toBe(2);
    later(15_001);
    await runDurableObjectAlarm(projectStub(projectId));
    expect(line.all('queue')).toHaveLength(2);
  });

  it('counts as a sign of its runner as long as it speaks', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { runner, line } = await newWaiting();
    const status = async () => (await read(`/runners/${runner.id}`)).body['status'];
    later(80_000);
    line.claim('clm_alive');
    await line.hear('queue');
    later(80_000);
    expect(await status()).toBe('online');
    later(80_000);
    expect(await status()).toBe('offline');
  });

  it('is told to drain once, and is given nothing more', async () => {
    const { projectId, runner, line } = await newWaiting();
    line.claim('clm_drain');
    await line.hear('queue');
    await send(`/runners/${runner.id}/drain`);
    const { id } = await line.hear('command');
    line.say({ t: 'ack', id });
    await newQueue(projectId, [{}]);
    line.claim('clm_drained');
    line.socket.send('{"t":"x"}');
    await line.hear('error');
    expect(line.all('command')).toEqual([{ t: 'command', id, type: 'drain', data: {} }]);
    expect(line.all('grant')).toEqual([]);
    const next = await openLine(runner);
    expect((await next.hear('command')).id).toBe(id);
  });

  it('ends with its runner, with its token, and with a newer one', async () => {
    const { projectId, runner, line } = await newWaiting({}, { instanceId: 'i_line' });
    const newer = await openLine(runner);
    expect(await line.closed).toMatchObject({ code: 4409 });
    const renewed = await newTestRunner(projectId, { instanceId: 'i_line' });
    expect(await newer.closed).toMatchObject({ code: 4401 });
    const last = await openLine(renewed);
    await remove(renewed);
    expect(await last.closed).toMatchObject({ code: 4404 });
    expect(await lineOver(await askForLine(renewed)).closed).toMatchObject({ code: 4401 });
  });

  it('stays open whatever its runner says, refuses it by name, and is closed at too many frames', async () => {
    const { line } = await newWaiting();
    const said: readonly (readonly [string | ArrayBuffer, string, string])[] = [
      ['nonsense', 'invalid_json', ''],
      ['[]', 'invalid_request', ''],
      [new ArrayBuffer(3), 'invalid_json', ''],
      ['x'.repeat(5_000), 'too_large', ''],
      ['{"t":"grant"}', 'invalid_request', 'grant'],
      ['{"t":"claim","requestId":"r","slots":65}', 'invalid_request', 'r'],
      ['{"t":"claim"}', 'invalid_request', 'claim'],
    ];
    for (const [text, code, re] of said) {
      const before = line.all('error').length;
      line.socket.send(text);
      expect(await line.hear('error', before)).toMatchObject({ code, re });
    }
    for (const n of [1, 2, 3, 4, 5]) line.claim(`clm_${n}`);
    const refused = await line.hear('error', said.length);
    expect(refused).toMatchObject({ code: 'limit_reached', re: 'clm_5' });
    line.socket.send('ping');
    await eventually(() => line.raw).toContain('pong');
    for (let n = 0; n < 60; n += 1) line.socket.send('{}');
    expect(await line.closed).toMatchObject({ code: 4429 });
  });

  it('is opened by the token of the runner itself, over the protocol, by an upgrade', async () => {
    const { projectId, runner } = await newWaiting();
    const [other, stranger] = [
      await newTestRunner(projectId),
      await newTestRunner(await newProject()),
    ];
    for (const { token } of [other, stranger]) {
      const line = lineOver(await askForLine({ id: runner.id, token }));
      expect(await line.closed).toMatchObject({ code: 4404 });
    }
    await newTask({ projectId });
    const { grant } = await claimOne(other);
    const agent = lineOver(await askForLine({ id: runner.id, token: grant.agentToken }));
    expect(await agent.closed).toMatchObject({ code: 4403 });
    const bad = lineOver(await askForLine({ id: runner.id, token: 'slc_run_x' }));
    expect(await bad.closed).toMatchObject({ code: 4401 });
    expect((await askForLine(runner, {})).status).toBe(400);
    expect((await read(`/runners/${runner.id}/socket`, runner.token)).status).toBe(426);
  });
});
