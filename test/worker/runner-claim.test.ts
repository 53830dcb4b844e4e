// Registering and claiming: who gets which task, in what order, and never more than may run.

import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { QueueAnswer, Registered, Runner } from '../../src/contract/runner.ts';
import { ask } from './ask.ts';
import { newQueue, queueOf } from './queue-world.ts';
import {
  claimOne,
  configure,
  eventually,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  read,
  send,
} from './world.ts';

describe('registering', () => {
  it('is 201 with a token; the same instance again is 200, the same runner, and the old token is dead', async () => {
    const projectId = await newProject();
    const json = { name: 'mac', instanceId: newId('i', 1), projectId, labels: ['linux'] };
    const first = await send<Registered>('/runners', { ...json, capacity: 2 });
    expect(first).toMatchObject({
      status: 201,
      body: {
        runner: {
          name: 'mac',
          projectId,
          status: 'online',
          labels: ['linux'],
          capacity: 2,
          leases: 0,
        },
        token: expect.stringMatching(/^slc_run_[0-9A-Za-z]{36}$/),
        protocol: 'sluice.runner.v1',
        leaseTtlMs: 60_000,
        heartbeatMs: 20_000,
        batch: { events: 1_000, bytes: 1_048_576 },
      },
    });
    const claim = (token: string) =>
      send(`/runners/${first.body.runner.id}/claim`, { requestId: 'clm_1' }, { token });
    expect((await claim(first.body.token)).status).toBe(200);
    const second = await send<Registered>('/runners', json);
    expect([second.status, second.body.runner.id]).toEqual([200, first.body.runner.id]);
    expect(await claim(first.body.token)).toMatchObject({
      status: 401,
      body: { code: 'invalid_token' },
    });
    expect((await claim(second.body.token)).status).toBe(200);
  });

  it('refuses an unknown protocol and bad fields', async () => {
    const json = { name: 'mac', instanceId: 'i_1', projectId: await newProject() };
    expect(await send('/runners', { ...json, protocols: ['x'] })).toMatchObject({
      status: 400,
      body: { code: 'protocol_unsupported', supported: ['sluice.runner.v1'] },
    });
    for (const fields of [{ capacity: 0 }, { capacity: 65 }, { name: ' ' }, { labels: 'x' }]) {
      expect((await send('/runners', { ...json, ...fields })).status).toBe(400);
    }
  });

  it('a removed runner is gone, its token with it, but not while it holds a lease', async () => {
    const projectId = await newProject();
    await newTask({ projectId });
    const runner = await newTestRunner(projectId);
    await claimOne(runner);
    const path = `/runners/${runner.id}`;
    const busy = await send(path, undefined, { method: 'DELETE' });
    expect(busy).toMatchObject({ status: 409, body: { code: 'runner_busy' } });
    expect((await send(`${path}?force=true`, undefined, { method: 'DELETE' })).status).toBe(200);
    expect((await runner.claim()).status).toBe(401);
    expect((await read(path)).status).toBe(404);
  });
});

describe('claiming', () => {
  it('goes by priority, then effort, then age', async () => {
    const projectId = await newProject({ limits: { maxConcurrentTasks: 100 } });
    const ids = await newQueue(projectId, [
      { priority: 'low', effort: 'xs' },
      { priority: 'normal', effort: 'large' },
      { priority: 'normal', effort: 'small' },
      { priority: 'urgent', effort: 'xl' },
      { priority: 'normal', effort: 'small' },
      { priority: 'high', effort: 'medium' },
    ]);
    const [low, large, older, urgent, newer, high] = ids;
    const { body } = await (await newTestRunner(projectId)).claim({ slots: 6 });
    const order = body.grants.map(({ task }) => task.id);
    expect(order.filter((id) => id !== older && id !== newer)).toEqual([urgent, high, large, low]);
    expect(order.slice(2, 4).toSorted()).toEqual([older, newer].toSorted());
    const created = await Promise.all(order.slice(2, 4).map(getTask));
    expect(created[0]?.createdAt.localeCompare(created[1]?.createdAt ?? '')).toBeLessThanOrEqual(0);
  });

  it('never has more than maxConcurrentTasks leased, however many ask at once', async () => {
    const projectId = await newProject({ limits: { maxConcurrentTasks: 3 } });
    await newQueue(projectId, Array(8).fill({}));
    const runners = await Promise.all(Array.from({ length: 10 }, () => newTestRunner(projectId)));
    const answers = await Promise.all(runners.map((runner) => runner.claim({ slots: 4 })));
    const granted = answers.flatMap(({ body }) => body.grants.map(({ task }) => task.id));
    expect(granted).toHaveLength(3);
    expect(new Set(granted).size).toBe(3);
    const empty = answers.find(({ body }) => body.grants.length === 0)?.body;
    expect(empty?.queue).toEqual({
      claimable: 0,
      waiting: { dependency: 0, concurrency: 5, budget: 0, labels: 0, backoff: 0 },
    });
    const waiting = (await queueOf(projectId))[0]?.taskId ?? '';
    expect(await getTask(waiting)).toMatchObject({
      waitingFor: 'concurrency',
      waitingDetail: { limit: 3, running: 3 },
    });
    await configure(projectId, { limits: { maxConcurrentTasks: 4 } });
    const [runner] = runners;
    expect((await runner?.claim({ slots: 4 }))?.body.grants).toHaveLength(1);
  });

  it('An empty claim says why', async () => {
    const projectId = await newProject({ limits: { maxConcurrentTasks: 2 } });
    const runner = await newTestRunner(projectId);
    const first = await newTask({ projectId, concurrency: { key: 'db', max: 1 } });
    await claimOne(runner);
    const same = await newTask({ projectId, concurrency: { key: 'db', max: 1 } });
    const gpu = await newTask({ projectId, requires: ['gpu'] });
    const after = await newTask({ projectId, dependsOn: [first] });
    const gated = await newTask({ projectId, autonomy: 'manual', workflow: 'bugfix' });
    await send(`/tasks/${gated}/status`, { status: 'completed' });
    await eventually(async () => (await queueOf(projectId)).length).toBe(3);
    const { body } = await runner.claim();
    expect(body).toMatchObject({ grants: [], drain: false, retryAfterMs: 0 });
    expect(body.queue).toEqual({
      claimable: 0,
      waiting: { dependency: 1, concurrency: 1, budget: 0, labels: 1, backoff: 0 },
    });
    const why = async (id: string) => {
      const { waitingFor, waitingDetail } = await getTask(id);
      return [waitingFor, waitingDetail];
    };
    expect(await why(same)).toEqual(['concurrency', { limit: 1, running: 1 }]);
    expect(await why(gpu)).toEqual(['runner', { labels: ['gpu'], online: 0 }]);
    const open = { id: first, status: (await getTask(first)).status };
    expect(await why(after)).toEqual(['dependency', { tasks: [open] }]);
    const { id, name } = (await getTask(gated)).gates.findLast(({ reachedAt }) => reachedAt) ?? {};
    expect(await why(gated)).toEqual(['gate', { gates: [{ id, name }] }]);
    const items = (await read<QueueAnswer>(`/queue?projectId=${projectId}`)).body.items;
    expect(items.map(({ taskId, waitingFor }) => [taskId, waitingFor])).toEqual([
      [same, 'concurrency'],
      [gpu, 'runner'],
      [after, 'dependency'],
    ]);
  });

  it('gives a runner no more than its capacity', async () => {
    const projectId = await newProject();
    await newQueue(projectId, Array(3).fill({}));
    const runner = await newTestRunner(projectId, { capacity: 2 });
    expect((await runner.claim({ slots: 5 })).body.grants).toHaveLength(2);
    const { body } = await runner.claim({ slots: 1 });
    expect([body.grants.length, body.queue.claimable]).toEqual([0, 1]);
  });

  it('that waits is answered at once when a task is made, and at once when the runner drains', async () => {
    const projectId = await newProject();
    const runner = await newTestRunner(projectId);
    const began = Date.now();
    const waiting = runner.claim({ waitMs: 25_000 });
    const taskId = await newTask({ projectId });
    expect((await waiting).body.grants[0]?.task.id).toBe(taskId);
    const draining = runner.claim({ waitMs: 25_000 });
    await send(`/runners/${runner.id}/drain`);
    expect((await draining).body).toMatchObject({ grants: [], drain: true });
    expect(Date.now() - began).toBeLessThan(4_000);
  });

  it('gives all that the work needs, and the task says who holds it', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId, workflow: 'bugfix', metadata: { issue: 7 } });
    const runner = await newTestRunner(projectId);
    const { grant } = await claimOne(runner);
    expect(grant).toMatchObject({
      lease: { epoch: 1, ttlMs: 60_000, heartbeatMs: 20_000 },
      task: { id: taskId, attempt: 1, baseRef: 'main', parentTaskId: null, metadata: { issue: 7 } },
      work: {
        ...{ kind: 'stage', stage: 'investigation', index: 1, of: 4, try: 1 },
        agent: { name: 'developer', model: 'sonnet', tools: ['Read', 'Write', 'Edit', 'Bash'] },
      },
      resume: { checkpoint: null, lastRunnerId: null },
    });
    expect(await getTask(taskId)).toMatchObject({
      status: 'in-progress',
      currentStage: 'investigation',
      lease: { leaseId: grant.lease.leaseId, epoch: 1, runnerId: runner.id, runnerName: 'mac' },
    });
  });

  it('is seen: the runner says what it works on, to who may see that environment', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const runner = await newTestRunner(projectId);
    const seen = async (environment?: string) => {
      const headers = environment === undefined ? {} : { 'AeThex-Environment': environment };
      const answer = await ask(`/runners/${runner.id}`, { headers });
      return (await answer.json<Runner>()).taskIds;
    };
    expect(await seen()).toEqual([]);
    await claimOne(runner);
    expect(await seen()).toEqual([taskId]);
    expect(await seen('development')).toEqual([taskId]);
    expect(await seen('production')).toEqual([]);
    const list = await read<{ runners: Runner[] }>(`/runners?projectId=${projectId}`);
    expect(list.body.runners.map(({ taskIds }) => taskIds)).toEqual([[taskId]]);
  });
});
