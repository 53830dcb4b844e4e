// The log under evictions: nothing that a client can see depends on what the object had in memory.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { Task } from '../../src/contract/task.ts';
import {
  allEvents,
  claimOne,
  getTask,
  type Holder,
  logBatch,
  newProject,
  newTask,
  newTestRunner,
  normalised,
  read,
  report,
  send,
  taskStub,
  workOn,
} from './world.ts';

type Between = (taskId: string) => Promise<void>;
const nothing: Between = async () => {};
const evict: Between = (taskId) => evictDurableObject(taskStub(taskId));

/** When the last heartbeat came is known in memory alone; all else of a lease is not. */
const untimed = (task: Task): unknown =>
  task.lease === undefined
    ? task
    : { ...task, lease: { ...task.lease, lastHeartbeatAt: '', expiresAt: '' } };

/** All that a client can see of a task. */
async function seen(taskId: string) {
  const gates = await read(`/tasks/${taskId}/gates`);
  return [untimed(await getTask(taskId)), gates.body, await allEvents(taskId)];
}

async function storyOfReports(between: Between, autonomy: string) {
  const taskId = await newTask({ autonomy, metadata: { a: [1] }, acceptanceCriteria: 'works' });
  const views: unknown[] = [];
  const steps = [
    () => report(taskId, { status: 'planning', stage: 'planning' }),
    () => send(`/tasks/${taskId}/log`, { message: 'one', agent: 'planner' }),
    () => report(taskId, { status: 'in-progress', stage: 'testing', message: 'on' }),
    () => send(`/tasks/${taskId}/gates/testing/approve`, { approver: 'ada', comment: 'early' }),
    () => send(`/tasks/${taskId}/pause`, { reason: 'usage_limit' }),
    () => send(`/tasks/${taskId}/resume`),
    () => report(taskId, { status: 'completed', message: 'ready' }),
    () => send(`/tasks/${taskId}/gates/review/request-changes`, { comment: 'no' }),
    () => report(taskId, { status: 'waiting-approval', stage: 'review' }),
    () => send(`/tasks/${taskId}/gates/review/approve`),
    () => report(taskId, { status: 'failed', message: 'broken' }),
    () => send(`/tasks/${taskId}/retry`, { from: 'testing' }),
    () => send(`/tasks/${taskId}/cancel`, { reason: 'enough' }),
    () => send(`/tasks/${taskId}/log`, { message: 'two' }),
  ];
  await between(taskId);
  for (const step of steps) {
    const { status, body } = await step();
    delete body['requestId'];
    await between(taskId);
    views.push(normalised([status, body]));
  }
  return [views, normalised(await seen(taskId))];
}

async function produce(holder: Holder) {
  await holder.events([
    ...logBatch(1, 3),
    {
      n: 4,
      type: 'usage:report',
      data: { inputTokens: 15_000, outputTokens: 5_000, model: 'opus' },
    },
    { n: 5, type: 'output:set', data: { key: 'implementation_plan', value: 'step by step' } },
    { n: 6, type: 'checkpoint:saved', data: { sessionId: 's1', data: { at: 3 } } },
    { n: 7, type: 'agent:message', data: { message: 'hi', agent: 'planner' } },
  ]);
}

async function storyOfRunner(between: Between, autonomy: string) {
  const projectId = await newProject({ autonomy: { default: autonomy } });
  const runner = await newTestRunner(projectId, { instanceId: 'i_1' });
  const taskId = await newTask({ projectId, autonomy, workflow: 'bugfix' });
  const step = () => between(taskId);
  await step();
  const first = await claimOne(runner);
  await step();
  await produce(first);
  await step();
  expect(await first.events(logBatch(8, 2))).toMatchObject({ body: { acked: 9, duplicates: 0 } });
  await step();
  expect(await first.events(logBatch(8, 2))).toMatchObject({ body: { acked: 9, duplicates: 2 } });
  await step();
  const { work } = first.grant;
  const changes = { files: 1, insertions: 2, deletions: 0, tree: 't1', base: 'b1' };
  await first.result(work.workId, {
    producers: { main: 9 },
    outputs: { root_cause: 'x' },
    changes,
  });
  await step();
  await first.release();
  await step();
  const second = await claimOne(runner);
  await step();
  const next = await workOn(second, second.grant.work, step);
  for (const gate of ['commit', 'review']) {
    const { status } = await send(`/tasks/${taskId}/gates/${gate}/approve`);
    if (status === 200) await step();
  }
  if (next.do === 'hold') {
    const held = (
      await read<{ work: Holder['grant']['work'] | null }>(
        `/tasks/${taskId}/work?leaseId=${second.grant.lease.leaseId}&epoch=${second.grant.lease.epoch}`,
        runner.token,
      )
    ).body.work;
    if (held !== null) await workOn(second, held, step);
  }
  return normalised(await seen(taskId));
}

describe('an eviction between every two steps', () => {
  it.each(['full', 'manual', 'review-before-commit'])(
    'of a story told by reports changes nothing (%s)',
    async (autonomy) => {
      const calm = await storyOfReports(nothing, autonomy);
      expect(await storyOfReports(evict, autonomy)).toEqual(calm);
    },
  );

  it.each(['full', 'manual', 'review-before-commit', 'review-before-merge'])(
    'of a story told by a runner changes nothing (%s)',
    async (autonomy) => {
      const calm = await storyOfRunner(nothing, autonomy);
      expect(await storyOfRunner(evict, autonomy)).toEqual(calm);
    },
  );
});

describe('a long log', () => {
  async function newHolder() {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    return { taskId, holder: await claimOne(await newTestRunner(projectId)) };
  }

  it('of 2,500 events and more outlives an eviction whole', async () => {
    const { taskId, holder } = await newHolder();
    for (const first of [1, 501, 1_001, 1_501, 2_001]) await holder.events(logBatch(first, 500));
    const before = await seen(taskId);
    await evict(taskId);
    expect(await seen(taskId)).toEqual(before);
    const seqs = (await allEvents(taskId)).map(({ seq }) => seq);
    expect(seqs.length).toBeGreaterThan(2_500);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  });

  it('of 10,000 events shows the newest 100 logs oldest first, and pages without a gap', async () => {
    const { taskId, holder } = await newHolder();
    for (let first = 1; first <= 10_000; first += 1_000) {
      expect((await holder.events(logBatch(first, 1_000))).status).toBe(200);
    }
    const { logs, seq } = await getTask(taskId);
    expect(logs.map(({ message }) => message)).toEqual(
      Array.from({ length: 100 }, (_, index) => `line ${9_901 + index}`),
    );
    for (const limit of [1_000, 333]) {
      const seqs = (await allEvents(taskId, limit)).map((event) => event.seq);
      expect(seqs).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
    }
  });
});
