// Who may ask for metrics, of which days and environments, and in which form.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
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
  newDoneTask,
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

describe('what others know', () => {
  const DEPLOYMENT = `INSERT INTO deployments (id, project_id, environment, state, source, stages, artifacts,
    auto_promote, timeout_seconds, deadline_at, created_by, created_at, started_at, finished_at)
    VALUES (?1, ?2, ?3, ?4, '{}', '[]', '[]', 1, 1, 1, 'usr_local', ?5, ?6, ?7)`;
  const INCIDENT = `INSERT INTO incidents (id, project_id, environment, kind, severity, state, title, summary,
    opened_by, opened_at, resolved_at, evidence, timeline)
    VALUES (?1, ?2, 'production', 'manual', 'minor', ?3, '', '', 'usr_local', ?4, ?5, '{}', '[]')`;

  it('of deployments and incidents is counted on the day it happened', async () => {
    const projectId = await newProject();
    const now = Date.now();
    const deploy = (environment: string, state: string, tookMs: number | null, at = now) =>
      env.DB.prepare(DEPLOYMENT)
        .bind(newId('dep', at), projectId, environment, state, at, at, tookMs && at + tookMs)
        .run();
    await deploy('production', 'succeeded', 60_000, now - 40 * DAY_MS);
    await deploy('production', 'succeeded', 1_000);
    await deploy('production', 'succeeded', 3_000);
    await deploy('staging', 'failed', 9_000);
    await deploy('staging', 'cancelled', 1);
    await deploy('staging', 'running', null);
    const incident = (state: string, openedAt: number, resolvedAt: number | null) =>
      env.DB.prepare(INCIDENT)
        .bind(newId('inc', openedAt), projectId, state, openedAt, resolvedAt)
        .run();
    await incident('open', now, null);
    await incident('acknowledged', now - 50 * DAY_MS, null);
    await incident('resolved', now - 50 * DAY_MS, now);
    const { runtime } = await metricsOf(projectId);
    expect(runtime.deployments).toEqual({
      ...{ started: 5, succeeded: 2, failed: 1, cancelled: 1, successRate: 0.666667 },
      durationMs: { p50: 3_000, p95: 9_000, max: 9_000 },
    });
    const took = 50 * DAY_MS;
    expect(runtime.incidents).toEqual({
      ...{ opened: 1, open: 2, resolved: 1 },
      timeToResolveMs: { p50: took, p95: took, max: took },
    });
    const staging = (await metricsOf(projectId, '?environment=staging')).runtime;
    expect(staging.deployments).toMatchObject({ started: 3, succeeded: 0, failed: 1 });
    expect(staging.incidents).toMatchObject({ opened: 0, open: 0, resolved: 0 });
  });

  it('is left out where it cannot be asked', async () => {
    const projectId = await newProject();
    const id = newId('whe', Date.now());
    await env.DB.prepare(
      `INSERT INTO webhook_endpoints (id, project_id, url, description, types, payload, ordering, rate_per_second,
        secret_wrapped, secret_hint, ed_public, ed_private_wrapped, state, created_by, created_at, updated_at)
        VALUES (?1, ?2, 'https://hooks.test-site.com/', '', '[]', 'full', 'none', 25, '', '', '', '', 'disabled', 'usr_local', 0, 0)`,
    )
      .bind(id, projectId)
      .run();
    await runInDurableObject(env.WEBHOOK.getByName(id), (_, { storage }) => {
      storage.sql.exec('DROP TABLE deliveries');
    });
    await newDoneTask({ projectId });
    await eventually(async () => (await metricsOf(projectId)).runtime).toMatchObject({
      tasks: { completed: 1 },
      webhooks: { delivered: 0, failed: 0, pending: 0 },
    });
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
