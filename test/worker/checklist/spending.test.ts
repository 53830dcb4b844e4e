// OWASP AISVS 1.0, C9.1: what agents may use up, counted along the whole chain of tasks, and what happens at the limit.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { execute, split } from '../../conformance/family.ts';
import { budgetOf, dayOf, PRICES, Spender } from '../budget-world.ts';
import { later, newLeasedWorld, ring, stopTheClock } from '../leased-world.ts';
import {
  claimOne,
  eventually,
  getGate,
  getTask,
  holderOf,
  newProject,
  newTask,
  newTestRunner,
  send,
  taskStub,
  workOn,
} from '../world.ts';
import { told } from './approval-world.ts';

type Limits = Record<string, unknown>;

async function newSpending(own: Limits, config: Limits = {}) {
  const world = await newLeasedWorld(
    { limits: own },
    { prices: PRICES, limits: { stallMinutes: 1_440, ...config } },
  );
  await world.holder.beat({ workId: world.holder.grant.work.workId });
  return { ...world, spender: new Spender(world.holder) };
}
const queued = { status: 'queued' };
const stopped = { status: 'paused', pauseReason: 'budget' };

describe('9.1.1 an execution has limits: tokens, money, time under leases, changes', () => {
  stopTheClock();

  it.each([
    ['tokens', { maxTokensPerTask: 500 }, 'maxTokensPerTask'],
    ['money', { maxCostPerTask: 0.5 }, 'maxCostPerTask'],
  ])('of %s: the report that reaches it stops the task', async (_, own, limit) => {
    const { taskId, spender } = await newSpending(own);
    await spender.spend(0.4);
    expect((await getTask(taskId)).status).not.toBe('paused');
    await spender.spend(0.1);
    expect(await getTask(taskId)).toMatchObject(stopped);
    expect(await getGate(taskId, 'budget')).toMatchObject({ action: { target: { limit } } });
  });

  it('of time under leases, though the runner beats on', async () => {
    const { taskId, holder } = await newSpending({ maxWallMinutes: 5 });
    for (let minute = 0; minute < 4; minute += 1) {
      later(60_000);
      expect((await holder.beat({ workId: holder.grant.work.workId })).status).toBe(200);
      await ring(taskId);
    }
    expect((await getTask(taskId)).status).not.toBe('paused');
    later(61_000);
    await holder.beat();
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject(stopped);
  });

  it('of a day of the project, for any number of runners', async () => {
    const projectId = await newProject({
      prices: PRICES,
      limits: { dailyBudget: 1, maxConcurrentTasks: 9 },
    });
    for (let n = 0; n < 3; n += 1) await newTask({ projectId });
    const runners = await Promise.all(Array.from({ length: 3 }, () => newTestRunner(projectId)));
    const answers = await Promise.all(runners.map((runner) => runner.claim({ slots: 3 })));
    expect(answers.flatMap(({ body }) => body.grants)).toHaveLength(1);
    const { spent, reserved, limit } = await dayOf(projectId);
    expect(spent + reserved).toBeLessThanOrEqual(limit ?? 0);
  });
});

describe('9.1.2 what is used adds up along the chain, through sleep and new attempts, and never falls', () => {
  it('a grandchild spends what its parent and its grandparent have', async () => {
    const projectId = await newProject({ prices: PRICES, limits: { maxConcurrentTasks: 9 } });
    const root = await newTask({ projectId, limits: { maxCostPerTask: 1 } });
    const [child = ''] = await split(root, [{ description: 'Child' }]);
    const parts = [{ description: 'One' }, { description: 'Two' }];
    const [one = '', two = ''] = await split(child, parts, { strategy: 'parallel' });
    await execute(root);
    for (const id of [one, two]) await eventually(() => getTask(id)).toMatchObject(queued);
    const runner = await newTestRunner(projectId);
    const { grants } = (await runner.claim({ slots: 4 })).body;
    // What is kept for the one is all that the topmost has: the other waits for what is left of it.
    expect(grants).toHaveLength(1);
    const waiting = grants[0]?.task.id === one ? two : one;
    expect(await getTask(waiting)).toMatchObject({ waitingDetail: { scope: 'parent' } });
    await send(`/tasks/${waiting}/cancel`);
    const [grant] = grants;
    if (grant === undefined) throw new Error('No grant.');
    const holder = holderOf(runner, grant);
    await new Spender(holder).spend(0.4);
    await workOn(holder);
    for (const taskId of [child, root]) {
      const next = await claimOne(runner);
      expect(next.taskId).toBe(taskId);
      const spent = taskId === child ? 0.4 : 0.45;
      expect((await budgetOf(taskId)).cost.spent).toBe(spent);
      await new Spender(next).spend(taskId === child ? 0.05 : 0.56);
      if (taskId === child) await workOn(next);
    }
    expect((await budgetOf(root)).cost.spent).toBe(1.01);
    expect(await getTask(root)).toMatchObject(stopped);
  });

  it('a task that sleeps, loses its runner and begins anew has spent what it had', async () => {
    const { taskId, runner, holder, spender } = await newSpending({ maxCostPerTask: 1 });
    await spender.spend(0.3);
    await evictDurableObject(taskStub(taskId));
    await holder.release();
    const next = await claimOne(runner);
    await next.beat();
    expect((await budgetOf(taskId)).cost.spent).toBe(0.3);
    await new Spender(next).spend(0.7);
    expect(await getTask(taskId)).toMatchObject(stopped);
  });

  it.each([-1, 0.5, Number.MAX_SAFE_INTEGER, null, '7'])(
    'a report of %s tokens is refused and counts nothing',
    async (inputTokens) => {
      const { taskId, holder, spender } = await newSpending({ maxCostPerTask: 1 });
      await spender.spend(0.2);
      const data = { inputTokens, outputTokens: 0 };
      const answer = await holder.events([{ n: 2, type: 'usage:report', data }]);
      expect(told(answer)).toEqual([400, 'invalid_event']);
      expect((await budgetOf(taskId)).cost.spent).toBe(0.2);
    },
  );

  it('a report that comes again counts once', async () => {
    const { taskId, holder } = await newSpending({ maxCostPerTask: 1 });
    for (let again = 0; again < 3; again += 1) {
      const data = { inputTokens: 100, outputTokens: 100 };
      await holder.events([{ n: 1, type: 'usage:report', data }]);
    }
    expect((await budgetOf(taskId)).cost.spent).toBe(0.2);
  });
});

describe('9.1.3 at a limit the execution ends, and only a person gives it more', () => {
  stopTheClock();

  it('paused at once, told to the runner, dead after the grace', async () => {
    const { taskId, holder, spender } = await newSpending({ maxCostPerTask: 1 });
    await spender.spend(1.5);
    expect(await getTask(taskId)).toMatchObject(stopped);
    const { body } = await holder.beat();
    expect(JSON.stringify(body['commands'])).toContain('"type":"pause"');
    later(31_000);
    await ring(taskId);
    expect((await getTask(taskId)).lease).toBeUndefined();
    expect(told(await holder.beat())).toEqual([409, 'stale_epoch']);
    expect(told(await spender.spend(0.1))).toEqual([409, 'stale_epoch']);
    const token = holder.grant.agentToken;
    const late = await send(`/tasks/${taskId}/log`, { message: 'on and on' }, { token });
    expect(told(late)).toEqual([409, 'stale_epoch']);
    expect((await budgetOf(taskId)).cost.spent).toBe(1.5);
  });

  it('no agent, no runner and no resume gets it further; a person does, so far and no further', async () => {
    const { taskId, holder, runner, spender } = await newSpending({ maxCostPerTask: 1 });
    await spender.spend(1);
    const more = { limit: 'maxCostPerTask', to: 9, reason: 'please' };
    for (const token of [holder.grant.agentToken, runner.token]) {
      for (const [path, json] of [
        ['budget/extend', more],
        ['gates/budget/approve', {}],
        ['resume', {}],
      ] as const) {
        const { status } = await send(`/tasks/${taskId}/${path}`, json, { token });
        expect([path, status]).toEqual([path, 403]);
      }
    }
    expect((await send(`/tasks/${taskId}/resume`)).status).toBe(409);
    expect(await getTask(taskId)).toMatchObject(stopped);
    await send(`/tasks/${taskId}/gates/budget/approve`);
    expect(await budgetOf(taskId)).toMatchObject({ cost: { limit: 1.5, spent: 1 } });
    const next = await claimOne(runner);
    await next.beat();
    await new Spender(next).spend(0.5);
    expect(await getTask(taskId)).toMatchObject(stopped);
  });

  it('rejected, it is the end of the task', async () => {
    const { taskId, spender } = await newSpending({ maxCostPerTask: 1 });
    await spender.spend(1);
    await send(`/tasks/${taskId}/gates/budget/reject`);
    expect(await getTask(taskId)).toMatchObject({ status: 'failed', error: 'Budget exhausted' });
  });
});
