// Who may ask for metrics, of which days and environments, and in which form.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { ProjectMetrics } from '../../src/contract/metrics.ts';
import { ask, askRequired, bearer, refusalOf } from './ask.ts';
import { later, stopTheClock } from './leased-world.ts';
import { csvOf, metricsOf, pathOf, use } from './metrics-world.ts';
import { newMember } from './people.ts';
import {
  claimOne,
  eventually,
  newProject,
  newTask,
  newTestRunner,
  projectStub,
  report,
  workOn,
} from './world.ts';

const DAY_MS = 86_400_000;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

stopTheClock();

/** One completed task in each environment; each has used a thousand tokens of its own model. */
async function newSpendingProject(): Promise<string> {
  const projectId = await newProject();
  const runner = await newTestRunner(projectId);
  await newTestRunner(projectId, { environments: ['production'] });
  for (const environment of ['production', 'staging']) {
    await newTask({ projectId, environment });
    const holder = await claimOne(runner);
    await holder.beat({ workId: holder.grant.work.workId });
    await use(holder, 1, { model: `of-${environment}`, inputTokens: 1_000, outputTokens: 0 });
    await workOn(holder);
  }
  await eventually(async () => (await metricsOf(projectId)).runtime.tasks.completed).toBe(2);
  return projectId;
}

const namesOf = ({ usage }: ProjectMetrics) =>
  usage.byEnvironment.map(({ environment }) => environment).sort();

describe('metrics are shown', () => {
  it('of one environment, by the query or the header', async () => {
    const projectId = await newSpendingProject();
    expect(namesOf(await metricsOf(projectId))).toEqual(['production', 'staging']);
    const own = await metricsOf(projectId, '?environment=staging');
    expect(namesOf(own)).toEqual(['staging']);
    expect(own).toMatchObject({
      environment: 'staging',
      budget: { spentToday: 0.006 },
      runtime: { tasks: { completed: 1 }, runners: { online: 1 } },
      usage: { total: { inputTokens: 1_000 }, byModel: [{ model: 'of-staging' }] },
    });
    const headers = { 'AeThex-Environment': 'staging' };
    const byHeader = await ask(pathOf(projectId), { headers });
    expect(byHeader.headers.get('AeThex-Environment')).toBe('staging');
    expect(await byHeader.json()).toEqual(own);
    const both = await ask(pathOf(projectId, '?environment=staging'), { headers });
    expect(both.status).toBe(200);
    const unlike = await ask(pathOf(projectId, '?environment=production'), { headers });
    expect(await refusalOf(unlike)).toEqual([400, 'invalid_request']);
    for (const name of ['nowhere', 'UPPER', '']) {
      const unknown = await ask(pathOf(projectId, `?environment=${name}`));
      expect(await refusalOf(unknown)).toEqual([400, 'unknown_environment']);
    }
    expect((await csvOf(projectId, '?environment=staging')).slice(1)).toEqual([
      `${day(Date.now())},staging,feature,planner,of-staging,1000,0,1000,0.003000`,
      '',
    ]);
  });

  it('to a token of some environments as far as those go', async () => {
    const projectId = await newSpendingProject();
    const { token } = await newMember(projectId, 'viewer', { environments: ['staging'] });
    const headers = bearer(token);
    const seen = await (await askRequired(pathOf(projectId), { headers })).json<ProjectMetrics>();
    expect(namesOf(seen)).toEqual(['staging']);
    expect(seen).toMatchObject({
      environment: null,
      budget: { spentToday: 0.003 },
      runtime: { tasks: { created: 1 }, runners: { online: 1 } },
      usage: { total: { inputTokens: 1_000 } },
    });
    const other = await askRequired(pathOf(projectId, '?environment=production'), { headers });
    expect(await refusalOf(other)).toEqual([403, 'environment_forbidden']);
    const csv = await askRequired(pathOf(projectId), {
      headers: { ...headers, Accept: 'text/csv' },
    });
    expect(await csv.text()).not.toContain('of-production');
  });

  it('of the days that are asked for, whole', async () => {
    const projectId = await newProject();
    const first = Date.now();
    const taskId = await newTask({ projectId });
    later(DAY_MS + 5_000);
    await report(taskId, { status: 'in-progress' });
    later(DAY_MS);
    await report(taskId, { status: 'completed' });
    await eventually(async () => (await metricsOf(projectId)).runtime.tasks.completed).toBe(1);
    const on = (ms: number) => metricsOf(projectId, `?from=${day(ms)}&to=${day(ms)}`);
    const [made, begun, done] = [
      await on(first),
      await on(first + DAY_MS + 5_000),
      await on(Date.now()),
    ];
    expect(made.usage.byDay).toMatchObject([{ date: day(first), tasks: 1 }]);
    expect(made.runtime).toMatchObject({ tasks: { created: 1 }, queueMs: { max: null } });
    expect(begun.runtime).toMatchObject({ queueMs: { p50: DAY_MS + 5_000 } });
    expect(begun.runtime).toMatchObject({ tasks: { created: 0 }, durationMs: { max: null } });
    expect(done.runtime).toMatchObject({ tasks: { completed: 1 }, durationMs: { max: DAY_MS } });
    expect(done.from).toBe(`${day(Date.now())}T00:00:00.000Z`);
    expect(Date.parse(done.to) - Date.parse(done.from)).toBe(DAY_MS);
    // What is answered as a window is the same window when it is asked for.
    const again = await metricsOf(projectId, `?from=${done.from}&to=${done.to}`);
    expect(again).toEqual(done);
  });

  it('with what is going on now, also when news of an earlier day comes late', async () => {
    const projectId = await newProject();
    const early = await newTask({ projectId });
    later(2 * DAY_MS);
    await report(await newTask({ projectId }), { status: 'in-progress' });
    await eventually(async () => (await metricsOf(projectId)).runtime.tasks.active).toBe(1);
    later(-2 * DAY_MS);
    await report(early, { status: 'in-progress' });
    await eventually(async () => (await metricsOf(projectId)).runtime.tasks.active).toBe(2);
    await evictDurableObject(projectStub(projectId));
    expect((await metricsOf(projectId)).runtime.tasks.active).toBe(2);
  });

  it.each([
    ['?from=yesterday', 'invalid_request'],
    ['?from=2026-02-30', 'invalid_request'],
    ['?to=2026-11-01T00:00:00', 'invalid_request'],
    ['?from=2026-11-02&to=2026-11-01', 'invalid_request'],
    ['?from=2020-01-01&to=2026-01-01', 'invalid_request'],
    ['?from=2026-11-01&from=2026-11-02', 'invalid_request'],
    ['?environment=a&environment=b', 'invalid_request'],
    [`?from=${'1'.repeat(500)}`, 'invalid_request'],
    ['?from=0000-01-01&to=0000-01-02', 'invalid_request'],
  ])('not for %s', async (query, code) => {
    expect(await refusalOf(await ask(pathOf(await newProject(), query)))).toEqual([400, code]);
  });
});

describe('metrics as CSV', () => {
  it('are a file, and no name in it is a formula', async () => {
    const projectId = await newProject();
    const runner = await newTestRunner(projectId);
    await newTask({ projectId });
    const holder = await claimOne(runner);
    await holder.beat({ workId: holder.grant.work.workId });
    const model = '=HYPERLINK("https://evil.test","a")';
    await use(holder, 1, { model, inputTokens: 1, outputTokens: 0 });
    await workOn(holder);
    await eventually(async () => (await metricsOf(projectId)).usage.byModel.length).toBe(1);
    const answer = await ask(pathOf(projectId), { headers: { Accept: 'text/csv' } });
    expect(answer.headers.get('Content-Type')).toBe('text/csv; charset=utf-8; header=present');
    expect(answer.headers.get('Content-Disposition')).toMatch(
      /^attachment; filename="usage-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv"$/,
    );
    expect(answer.headers.get('Vary')).toMatch(/\bAccept\b/);
    expect(answer.headers.get('Vary')).toMatch(/\bAuthorization\b/);
    const [, line] = (await answer.text()).split('\r\n');
    expect(line).toContain(`"'=HYPERLINK(""https://evil.test"",""a"")"`);
  });

  it('have a head where nothing was used', async () => {
    expect(await csvOf(await newProject())).toHaveLength(2);
  });
});

describe('metrics are not shown', () => {
  it('to nobody, to a stranger, without the scope, and to an agent', async () => {
    const projectId = await newProject();
    const path = pathOf(projectId);
    const as = async (token: string, to = path) =>
      refusalOf(await askRequired(to, { headers: bearer(token) }));
    expect(await refusalOf(await askRequired(path))).toEqual([401, 'unauthorized']);
    const stranger = await newMember(await newProject(), 'owner');
    expect(await as(stranger.token)).toEqual([404, 'not_found']);
    expect(await as(stranger.token, pathOf(newId('prj', 0)))).toEqual([404, 'not_found']);
    expect(await as(stranger.token, pathOf('prj_x'))).toEqual([404, 'not_found']);
    const narrow = await newMember(projectId, 'owner', { scopes: ['tasks:read'] });
    expect(await as(narrow.token)).toEqual([403, 'insufficient_scope']);
    await newTask({ projectId });
    const holder = await claimOne(await newTestRunner(projectId));
    expect((await as(holder.grant.agentToken))[0]).toBe(403);
    const viewer = await newMember(projectId, 'viewer');
    const answer = await askRequired(path, { headers: bearer(viewer.token) });
    expect(answer.status).toBe(200);
  });
});

describe('names that runners make up', () => {
  it('do not make a day grow without end', async () => {
    const projectId = await newProject();
    const runner = await newTestRunner(projectId);
    await newTask({ projectId });
    const holder = await claimOne(runner);
    await holder.beat({ workId: holder.grant.work.workId });
    for (let from = 0; from < 600; from += 100) {
      const models = Array.from({ length: 100 }, (_, index) => `model-${from + index}`);
      const used = models.map((model) => ({ model, inputTokens: 1, outputTokens: 1 }));
      expect((await use(holder, from + 1, ...used)).status).toBeLessThan(300);
    }
    await workOn(holder);
    await eventually(async () => (await metricsOf(projectId)).usage.total.totalTokens).toBe(1_200);
    const { byModel, byAgent } = (await metricsOf(projectId)).usage;
    expect(byModel).toHaveLength(501);
    expect(byModel.find(({ model }) => model === 'other')?.totalTokens).toBe(200);
    expect(byAgent.reduce((sum, { totalTokens }) => sum + totalTokens, 0)).toBe(1_200);
  });
});
