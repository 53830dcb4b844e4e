// Metrics of a project: their shape, and that they follow from what happens, once each.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { toJsonText } from '../../src/contract/json-text.ts';
import type { TaskNews } from '../../src/objects/project/take-news.ts';
import { TASK_DAY_MIGRATIONS } from '../../src/objects/project/task-days.ts';
import { stopTheClock } from './leased-world.ts';
import { csvOf, metricsOf, use } from './metrics-world.ts';
import {
  allEvents,
  claimOne,
  eventually,
  getTask,
  newDoneTask,
  newProject,
  newTask,
  newTestRunner,
  projectStub,
  report,
  send,
  taskStub,
  workOn,
} from './world.ts';

const NOTHING = { p50: null, p95: null, max: null };
const NO_USE = { tasks: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0, estimatedCost: 0 };

stopTheClock();

describe('the metrics of a project', () => {
  it('have their whole shape where nothing has happened', async () => {
    const projectId = await newProject();
    const { byDay, ...usage } = (await metricsOf(projectId)).usage;
    const { from, to, generatedAt, ...rest } = await metricsOf(projectId);
    expect({ ...rest, usage }).toEqual({
      projectId,
      environment: null,
      timezone: 'UTC',
      budget: { currency: 'USD', dailyLimit: 100, spentToday: 0, reserved: 0 },
      runtime: {
        tasks: { created: 0, completed: 0, failed: 0, cancelled: 0, active: 0, waitingApproval: 0 },
        successRate: null,
        durationMs: NOTHING,
        queueMs: NOTHING,
        gates: { opened: 0, approved: 0, rejected: 0, expired: 0, waitMs: NOTHING },
        runners: { online: 0, busy: 0 },
        deployments: {
          started: 0,
          succeeded: 0,
          failed: 0,
          cancelled: 0,
          successRate: null,
          durationMs: NOTHING,
        },
        incidents: { opened: 0, open: 0, resolved: 0, timeToResolveMs: NOTHING },
        availability: { checks: 0, failed: 0, ratio: null, latencyMs: NOTHING, byMonitor: [] },
        webhooks: { delivered: 0, failed: 0, pending: 0 },
      },
      usage: { total: NO_USE, byEnvironment: [], byWorkflow: [], byAgent: [], byModel: [] },
    });
    expect(byDay).toHaveLength(30);
    for (const { date: _, ...sums } of byDay) expect(sums).toEqual(NO_USE);
    expect(new Date(from).toISOString()).toBe(from);
    expect(Date.parse(to) - Date.parse(from)).toBe(30 * 86_400_000);
    expect(Date.parse(generatedAt)).toBeLessThan(Date.parse(to));
  });

  it('count tasks by what became of them, gates by what was decided, and what is going on', async () => {
    const projectId = await newProject();
    await newDoneTask({ projectId, workflow: 'bugfix' });
    const failed = await newTask({ projectId });
    await report(failed, { status: 'in-progress' });
    await report(failed, { status: 'failed', message: 'no' });
    await send(`/tasks/${await newTask({ projectId })}/cancel`);
    const atWork = await newTask({ projectId });
    await report(atWork, { status: 'in-progress' });
    const gated = await newTask({ projectId, autonomy: 'review-before-merge' });
    await report(gated, { status: 'in-progress' });
    await report(gated, { status: 'completed' });
    await eventually(async () => (await metricsOf(projectId)).runtime.tasks).toEqual({
      ...{ created: 5, completed: 1, failed: 1, cancelled: 1, active: 1, waitingApproval: 1 },
    });
    expect((await metricsOf(projectId)).runtime.successRate).toBe(0.5);
    await send(`/tasks/${gated}/gates/review/approve`);
    await eventually(async () => (await metricsOf(projectId)).runtime.tasks).toEqual({
      ...{ created: 5, completed: 2, failed: 1, cancelled: 1, active: 1, waitingApproval: 0 },
    });
    const { runtime, usage } = await metricsOf(projectId);
    expect(runtime.gates).toMatchObject({ opened: 1, approved: 1, rejected: 0, expired: 0 });
    expect(runtime.gates.waitMs.max).toBeGreaterThanOrEqual(0);
    expect(runtime.successRate).toBe(0.666667);
    expect(usage.total.tasks).toBe(5);
    expect(usage.byWorkflow).toEqual([
      { workflow: 'feature', ...NO_USE, tasks: 4 },
      { workflow: 'bugfix', ...NO_USE, tasks: 1 },
    ]);
  });

  it('break down what was used by agent and model, with the runner that is at it', async () => {
    const projectId = await newProject();
    const runner = await newTestRunner(projectId);
    await newTask({ projectId, environment: 'staging' });
    const holder = await claimOne(runner);
    await holder.beat({ workId: holder.grant.work.workId });
    await use(
      holder,
      1,
      { model: 'sonnet', inputTokens: 1_000, outputTokens: 100 },
      { inputTokens: 7, outputTokens: 0 },
      { model: 'opus', inputTokens: 500, outputTokens: 50, reportedCost: 0.25 },
    );
    const first = await holder.result(holder.grant.work.workId);
    const { next } = first.body;
    if (next.do !== 'work') throw new Error('No more work');
    await holder.beat({ workId: next.work.workId });
    await use(holder, 4, { model: 'sonnet', inputTokens: 1, outputTokens: 1 });
    expect((await metricsOf(projectId)).runtime.runners).toEqual({ online: 1, busy: 1 });
    await workOn(holder, next.work);
    await eventually(async () => (await metricsOf(projectId)).runtime.tasks.completed).toBe(1);
    const { usage, budget } = await metricsOf(projectId);
    const cost = 0.0045 + 0.000021 + 0.25 + 0.000018;
    const sum = { inputTokens: 1_508, outputTokens: 151, totalTokens: 1_659 };
    expect(usage.total).toEqual({ tasks: 1, ...sum, estimatedCost: Number(cost.toFixed(6)) });
    expect(usage.byEnvironment).toEqual([{ environment: 'staging', ...usage.total }]);
    expect(usage.byWorkflow).toEqual([{ workflow: 'feature', ...usage.total }]);
    expect(
      usage.byModel.map(({ model, tasks, totalTokens }) => [model, tasks, totalTokens]),
    ).toEqual([
      ['opus', 1, 550],
      ['sonnet', 1, 1_102],
      ['unknown', 1, 7],
    ]);
    expect(usage.byAgent.map(({ agent, totalTokens }) => [agent, totalTokens])).toEqual([
      ['planner', 1_657],
      ['architect', 2],
    ]);
    expect(budget.spentToday).toBe(usage.total.estimatedCost);
    expect(usage.byDay.at(-1)).toEqual({
      date: new Date().toISOString().slice(0, 10),
      ...usage.total,
    });
    const lines = await csvOf(projectId);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toBe(
      'date,environment,workflow,agent,model,inputTokens,outputTokens,totalTokens,estimatedCost',
    );
    const day = new Date().toISOString().slice(0, 10);
    expect(lines).toContain(`${day},staging,feature,planner,opus,500,50,550,0.250000`);
  });

  it('count what is told twice once, and what is told after a sleep too', async () => {
    const projectId = await newProject();
    const runner = await newTestRunner(projectId);
    const taskId = await newTask({ projectId });
    const holder = await claimOne(runner);
    await holder.beat({ workId: holder.grant.work.workId });
    await use(holder, 1, { model: 'opus', inputTokens: 10, outputTokens: 10 });
    await evictDurableObject(projectStub(projectId));
    await use(holder, 2, { model: 'opus', inputTokens: 10, outputTokens: 10 });
    // The same batch again, as a runner sends it that has not heard the answer.
    await use(holder, 2, { model: 'opus', inputTokens: 10, outputTokens: 10 });
    await workOn(holder);
    await eventually(async () => (await metricsOf(projectId)).runtime.tasks.completed).toBe(1);
    const before = await metricsOf(projectId);
    expect(before.usage.total.totalTokens).toBe(40);
    const events = await allEvents(taskId);
    await evictDurableObject(projectStub(projectId));
    const again = await runInDurableObject(taskStub(taskId), async (task) => {
      const entry = await task.entry();
      if (entry === null) throw new Error('No task');
      return entry;
    });
    const news: TaskNews = {
      entry: again,
      row: await getTask(taskId),
      events,
    };
    for (const part of [events.slice(0, 3), events, events.slice(5)]) {
      await projectStub(projectId).applyTask(toJsonText({ ...news, events: part }));
    }
    const after = await metricsOf(projectId);
    expect({ ...after, generatedAt: '' }).toEqual({ ...before, generatedAt: '' });
  });

  it('go on counting a task that is retried, archived, trashed, restored and split', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    await report(taskId, { status: 'in-progress' });
    await report(taskId, { status: 'failed', message: 'no' });
    await send(`/tasks/${taskId}/retry`);
    await report(taskId, { status: 'in-progress' });
    await report(taskId, { status: 'completed' });
    await send(`/tasks/${taskId}/archive`);
    await send(`/tasks/${taskId}/unarchive`);
    await send(`/tasks/${taskId}/trash`);
    await send(`/tasks/${taskId}/restore`);
    const parent = await newTask({ projectId });
    const split = { subtasks: [{ description: 'one' }, { description: 'two' }] };
    expect((await send(`/tasks/${parent}/decompose`, split)).status).toBe(200);
    const trashed = await newTask({ projectId });
    await report(trashed, { status: 'in-progress' });
    await send(`/tasks/${trashed}/trash`);
    await send('/tasks/trash', { projectId }, { method: 'DELETE' });
    await eventually(async () => (await metricsOf(projectId)).runtime.tasks).toEqual({
      ...{ created: 5, completed: 1, failed: 1, cancelled: 1, active: 0, waitingApproval: 0 },
    });
  });

  it('know what was going on before anything was counted, and count its end', async () => {
    const projectId = await newProject();
    const ids = [await newTask({ projectId }), await newTask({ projectId })];
    for (const id of ids) await report(id, { status: 'in-progress' });
    await eventually(async () => (await metricsOf(projectId)).runtime.tasks.active).toBe(2);
    await runInDurableObject(projectStub(projectId), (_, { storage }) => {
      storage.sql.exec("DROP TABLE task_daily; UPDATE queue SET tally = ''");
      for (const statement of TASK_DAY_MIGRATIONS) storage.sql.exec(statement);
    });
    await evictDurableObject(projectStub(projectId));
    expect((await metricsOf(projectId)).runtime.tasks).toMatchObject({ created: 0, active: 2 });
    await report(ids[0] ?? '', { status: 'completed' });
    await eventually(async () => (await metricsOf(projectId)).runtime.tasks).toMatchObject({
      ...{ created: 0, completed: 1, active: 1 },
    });
    expect((await metricsOf(projectId)).runtime.durationMs.max).toBeNull();
  });
});
