// The day's budget of a project: kept for leases at their claim, counted as it is spent, given back.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { budgetOf, dayOf, PRICES, Spender } from './budget-world.ts';
import { queueOf } from './queue-world.ts';
import {
  claimOne,
  configure,
  eventually,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  projectStub,
  send,
  taskStub,
} from './world.ts';

const limits = (own: Record<string, unknown>) => ({
  prices: PRICES,
  limits: { maxConcurrentTasks: 1_000, ...own },
});

afterEach(() => {
  vi.useRealTimers();
});

describe('the day’s budget', () => {
  it('100 claims for 10 slices: 10 grants.', async () => {
    // A slice is a tenth of a dollar beside half a dollar of headroom; six dollars are ten of them.
    const projectId = await newProject(limits({ dailyBudget: 6, maxCostPerTask: 0.1 }));
    await Promise.all(Array.from({ length: 100 }, () => newTask({ projectId })));
    const runners = await Promise.all(
      Array.from({ length: 10 }, () => newTestRunner(projectId, { capacity: 64 })),
    );
    const claims = runners.flatMap((runner) =>
      Array.from({ length: 10 }, () => runner.claim({ slots: 1 })),
    );
    const answers = await Promise.all(claims);
    const granted = answers.flatMap(({ body }) => body.grants.map(({ task }) => task.id));
    expect(granted).toHaveLength(10);
    expect(new Set(granted).size).toBe(10);
    const empty = answers.find(({ body }) => body.grants.length === 0)?.body;
    // Of the ninety that wait, those at the front of the queue are counted.
    expect(empty?.queue.waiting.budget).toBe(50);
    expect(await dayOf(projectId)).toMatchObject({ limit: 6, spent: 0, reserved: 6 });
  });

  it('is kept, counted and given back, through a sleep of both objects', async () => {
    const projectId = await newProject(limits({ dailyBudget: 20 }));
    const taskId = await newTask({ projectId });
    const holder = await claimOne(await newTestRunner(projectId));
    expect(holder.grant.budget).toMatchObject({
      ...{ cost: { limit: 10, spent: 0, reserved: 1.5, remaining: 10 }, state: 'ok' },
      ...{ daily: { limit: 20, spent: 0, reserved: 1.5 } },
    });
    const spender = new Spender(holder);
    await spender.spend(0.5);
    await evictDurableObject(taskStub(taskId));
    await evictDurableObject(projectStub(projectId));
    expect((await holder.beat()).body['budget']).toMatchObject({
      cost: { spent: 0.5, reserved: 1, remaining: 9.5 },
    });
    // Under a fifth of its slice it has asked for the next.
    await spender.spend(0.4);
    await eventually(async () => (await budgetOf(taskId)).cost.reserved).toBe(1.6);
    const day = await dayOf(projectId);
    expect(day).toMatchObject({ spent: 0.9, reserved: 1.6 });
    expect(day.tasks).toEqual([{ taskId, spent: 0.9, reserved: 1.6 }]);
    await send(`/tasks/${taskId}/cancel`);
    await eventually(() => dayOf(projectId)).toMatchObject({ spent: 0.9, reserved: 0, tasks: [] });
  });

  it('that is used up makes tasks wait, and says so', async () => {
    const projectId = await newProject(limits({ dailyBudget: 1 }));
    const [first, second] = [await newTask({ projectId }), await newTask({ projectId })];
    const runner = await newTestRunner(projectId, { capacity: 2 });
    const { body } = await runner.claim({ slots: 2 });
    expect([body.grants.length, body.queue.waiting.budget]).toEqual([1, 1]);
    const waiting = body.grants[0]?.task.id === first ? second : first;
    expect(await getTask(waiting)).toMatchObject({
      ...{ waitingFor: 'budget', waitingDetail: { scope: 'daily' } },
    });
    await configure(projectId, { limits: { dailyBudget: 2 } });
    expect((await runner.claim({ slots: 2 })).body.grants).toHaveLength(1);
  });

  it('holds for a lease that was granted only when its claim came again', async () => {
    const projectId = await newProject(limits({ dailyBudget: 20 }));
    const taskId = await newTask({ projectId });
    const runner = await newTestRunner(projectId);
    await eventually(async () => (await queueOf(projectId)).length).toBe(1);
    // What the project writes down before it asks the task, which never heard of it.
    await runInDurableObject(projectStub(projectId), (_object, { storage: { sql } }) => {
      const now = Date.now();
      sql.exec('UPDATE queue SET reserved_by = ?, reserved_at = ?', runner.id, now);
      sql.exec(
        `INSERT INTO claims(request_id, runner_id, slots, at, task_id, lease_id)
         VALUES ('clm_lost', ?, 1, ?, ?, 'lse_lost')`,
        ...[runner.id, now, taskId],
      );
      sql.exec(
        `INSERT INTO ledger(task_id, lease_id, up_to, headroom, at)
         VALUES (?, 'lse_lost', 1000000, 500000, ?)`,
        ...[taskId, now],
      );
    });
    const { body } = await runner.claim({ requestId: 'clm_lost', slots: 1 });
    expect(body.grants).toMatchObject([
      { lease: { leaseId: 'lse_lost' }, budget: { cost: { reserved: 1.5 } } },
    ]);
    expect(body.grants[0]?.budget.daily).toEqual({ limit: 20, spent: 0, reserved: 1.5 });
  });

  it('counts what it learns of a task by looking it up', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const projectId = await newProject(limits({ dailyBudget: 20 }));
    const taskId = await newTask({ projectId });
    const holder = await claimOne(await newTestRunner(projectId));
    await new Spender(holder).spend(0.5);
    await send(`/tasks/${taskId}/cancel`);
    await eventually(() => dayOf(projectId)).toMatchObject({ spent: 0.5, reserved: 0 });
    // As it was before the task had told of its lease, whose grant never arrived here.
    await runInDurableObject(projectStub(projectId), async (_object, { storage }) => {
      const { sql } = storage;
      sql.exec(
        "UPDATE queue SET seq = 1, spent_micro = 0, status = 'queued', reserved_by = 'run_a'",
      );
      sql.exec('UPDATE queue SET reserved_at = ?', Date.now());
      sql.exec('DELETE FROM ledger_days');
      await storage.setAlarm(Date.now() + 30_000);
    });
    expect((await dayOf(projectId)).spent).toBe(0);
    vi.setSystemTime(Date.now() + 31_000);
    expect(await runDurableObjectAlarm(projectStub(projectId))).toBe(true);
    expect((await dayOf(projectId)).spent).toBe(0.5);
  });

  it('N runners in parallel never overspend it by more than one report each.', async () => {
    const projectId = await newProject(limits({ dailyBudget: 4, maxCostPerTask: 100 }));
    const taskIds = await Promise.all(Array.from({ length: 8 }, () => newTask({ projectId })));
    const runners = await Promise.all(taskIds.map(() => newTestRunner(projectId)));
    const answers = await Promise.all(runners.map((runner) => runner.claim({ slots: 1 })));
    const grants = answers.flatMap(({ body }) => body.grants);
    expect(grants.length).toBeGreaterThan(1);
    let spent = 0;
    await Promise.all(
      answers.map(async ({ body }, index) => {
        const [grant] = body.grants;
        const runner = runners[index];
        if (grant === undefined || runner === undefined) return;
        const { leaseId, epoch } = grant.lease;
        for (let n = 1; n <= 60; n += 1) {
          const data = { inputTokens: 45, outputTokens: 0 };
          const events = [{ n, type: 'usage:report', data }];
          const json = { leaseId, epoch, producer: 'main', events };
          const path = `/tasks/${grant.task.id}/events`;
          expect((await send(path, json, { token: runner.token })).status).toBe(200);
          spent += 0.045;
          if ((await getTask(grant.task.id)).status === 'paused') return;
        }
      }),
    );
    // Each report is within the headroom of its lease, so the day is not passed at all.
    expect(spent).toBeGreaterThan(1);
    expect(spent).toBeLessThanOrEqual(4);
  });
});
