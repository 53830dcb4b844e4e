// The budget of a task over HTTP: what its runner is told, what stops it, who gives it more.

import { describe, expect, it } from 'vitest';
import { split } from '../conformance/family.ts';
import { budgetOf, dayOf, PRICES, Spender } from './budget-world.ts';
import { later, newLeasedWorld, ring, stopTheClock } from './leased-world.ts';
import { newMember } from './people.ts';
import {
  claimOne,
  eventually,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  read,
  send,
} from './world.ts';

stopTheClock();

const newSpender = async (own: Record<string, unknown>) => {
  const world = await newLeasedWorld({ limits: own }, { prices: PRICES });
  await world.holder.beat();
  return { ...world, spender: new Spender(world.holder) };
};

describe('a task that reaches a limit', () => {
  it('is paused, its runner is told, and its agent’s token is dead after the grace', async () => {
    const { taskId, holder, spender } = await newSpender({ maxCostPerTask: 2 });
    await spender.spend(1);
    const told = await holder.beat();
    expect(told.body['budget']).toMatchObject({ cost: { spent: 1, remaining: 1 }, state: 'soft' });
    expect(told.body['commands']).toMatchObject([
      { type: 'budget', data: { cost: { limit: 2, spent: 1 } } },
    ]);
    await spender.spend(1);
    expect(await getTask(taskId)).toMatchObject({ status: 'paused', pauseReason: 'budget' });
    const { body } = await holder.beat();
    expect(body['budget']).toMatchObject({ state: 'breached', cost: { remaining: 0 } });
    const commands = body['commands'] as readonly { type: string; data: { reason?: string } }[];
    expect(commands.find(({ type }) => type === 'pause')?.data.reason).toBe('budget');
    const token = holder.grant.agentToken;
    expect((await read(`/tasks/${taskId}/budget`, token)).status).toBe(200);
    later(30_000);
    await ring(taskId);
    const refusedWrite = await send(`/tasks/${taskId}/log`, { message: 'x' }, { token });
    expect([refusedWrite.status, refusedWrite.body['code']]).toEqual([409, 'stale_epoch']);
    expect((await spender.spend(0.1)).status).toBe(409);
    expect((await budgetOf(taskId)).cost).toMatchObject({ spent: 2, reserved: 0 });
  });

  it('goes on with the limit that a person has approved, and with no other', async () => {
    const { taskId, runner, spender } = await newSpender({ maxCostPerTask: 1 });
    await spender.spend(1.2);
    const { body: gate } = await read(`/tasks/${taskId}/gates/budget`);
    expect(gate).toMatchObject({
      ...{ source: 'budget', status: 'pending' },
      action: {
        ...{ type: 'budget.extend', target: { limit: 'maxCostPerTask' } },
        params: { unit: 'usd', from: '1', to: '1.5' },
      },
    });
    expect((await send(`/tasks/${taskId}/resume`)).status).toBe(409);
    expect((await send(`/tasks/${taskId}/gates/budget/approve`)).status).toBe(200);
    expect(await budgetOf(taskId)).toMatchObject({ cost: { limit: 1.5, spent: 1.2 } });
    expect((await claimOne(runner)).taskId).toBe(taskId);
  });

  it('is given more by an admin who was not asked, once, and never less', async () => {
    const { taskId, projectId, spender } = await newSpender({ maxCostPerTask: 1 });
    await spender.spend(1);
    const path = `/tasks/${taskId}/budget/extend`;
    const json = { limit: 'maxCostPerTask', to: 3, reason: 'nearly done' };
    const { token: developer } = await newMember(projectId, 'developer', {
      scopes: ['projects:write', 'tasks:write', 'tasks:read'],
    });
    expect((await send(path, json, { token: developer })).status).toBe(403);
    const { status, body } = await send(path, json);
    expect([status, body]).toMatchObject([200, { cost: { limit: 3, spent: 1 }, state: 'ok' }]);
    expect((await getTask(taskId)).status).toBe('queued');
    expect((await read(`/tasks/${taskId}/gates/budget`)).body['status']).toBe('not-required');
    const again = await send(path, json);
    expect([again.status, again.body['code']]).toEqual([409, 'budget_not_raised']);
    const agent = await send(path, { ...json, to: 9 }, { token: 'not-a-token' });
    expect(agent.status).toBe(401);
  });

  it('is not given a part of what comes in whole', async () => {
    const taskId = await newTask();
    const raise = (limit: string, to: number) =>
      send(`/tasks/${taskId}/budget/extend`, { limit, to, reason: 'more' });
    for (const limit of ['maxTokensPerTask', 'maxWallMinutes']) {
      expect((await raise(limit, 2_000_000.5)).status).toBe(400);
      expect((await raise(limit, 2_000_000)).status).toBe(200);
    }
    expect((await raise('maxCostPerTask', 20.5)).status).toBe(200);
  });

  it('cannot be given more by its own agent or runner', async () => {
    const { taskId, holder, runner } = await newSpender({ maxCostPerTask: 1 });
    const json = { limit: 'maxCostPerTask', to: 3, reason: 'please' };
    for (const token of [holder.grant.agentToken, runner.token]) {
      const { status } = await send(`/tasks/${taskId}/budget/extend`, json, { token });
      expect(status).toBe(403);
    }
  });
});

describe('the day', () => {
  it('heals at midnight what it has stopped', async () => {
    const projectId = await newProject({ prices: PRICES, limits: { dailyBudget: 1 } });
    const taskId = await newTask({ projectId });
    const runner = await newTestRunner(projectId);
    const holder = await claimOne(runner);
    await holder.beat();
    // Its slice is a tenth of a dollar.
    await new Spender(holder).spend(0.55);
    await eventually(async () => (await getTask(taskId)).status).toBe('paused');
    expect((await read(`/tasks/${taskId}/gates/budget`)).body).toMatchObject({
      action: { target: { limit: 'dailyBudget' } },
    });
    // Its lease ends with the grace: time under it is counted no further.
    later(30_000);
    await ring(taskId);
    later(86_400_000);
    await ring(taskId);
    await eventually(async () => (await getTask(taskId)).status).toBe('queued');
    expect((await runner.claim({ slots: 1 })).body.grants).toHaveLength(1);
    expect(await dayOf(projectId)).toMatchObject({ limit: 1, spent: 0, reserved: 0.6 });
  });
});

describe('subtasks', () => {
  it('take what they spend from their parent, and no more than it has', async () => {
    const projectId = await newProject({ prices: PRICES, limits: { maxConcurrentTasks: 9 } });
    const parent = await newTask({ projectId, limits: { maxCostPerTask: 1 } });
    const parts = Array.from({ length: 3 }, () => ({ description: 'part' }));
    const [one = '', two = ''] = await split(parent, parts, { strategy: 'parallel' });
    await send(`/tasks/${parent}/subtasks/execute`);
    expect((await budgetOf(one)).cost.limit).toBe(1);
    const runner = await newTestRunner(projectId, { capacity: 4 });
    const { body } = await runner.claim({ slots: 4 });
    // Half a dollar is spoken for by the slice and half by its headroom, so one at a time.
    expect([body.grants.length, body.queue.waiting.budget]).toEqual([1, 2]);
    expect((await dayOf(projectId)).reserved).toBeLessThanOrEqual(1);
    const waiting = body.grants[0]?.task.id === one ? two : one;
    expect(await getTask(waiting)).toMatchObject({
      ...{ waitingFor: 'budget', waitingDetail: { scope: 'parent' } },
    });
  });
});
