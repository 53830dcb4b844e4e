// Case 89 and §9: the config with its defaults, and what a change of it makes of it.

import { describe, expect, it } from 'vitest';
import { ask } from '../worker/ask.ts';
import { newProject, read, send } from '../worker/world.ts';
import { refusal } from './checks.ts';

type Tree = Record<string, unknown>;

const DEFAULTS = {
  version: '1.0',
  project: {
    ...{ name: 'world', testCommand: 'npm test' },
    ...{ lintCommand: 'npm run lint', buildCommand: 'npm run build' },
  },
  autonomy: { default: 'review-before-merge', overrides: {} },
  models: { planning: 'opus', implementation: 'sonnet', review: 'haiku' },
  prices: { default: { inputPerMillion: 3, outputPerMillion: 15 } },
  agents: { enabled: [], disabled: ['devops'], custom: {} },
  workflows: {},
  gates: [],
  limits: {
    ...{ maxTokensPerTask: 1_000_000, maxCostPerTask: 10, dailyBudget: 100, maxTurns: 100 },
    ...{ maxConcurrentTasks: 3, maxRetries: 3, retryDelayMs: 1_000, retryBackoffFactor: 2 },
    ...{ leaseTtlSeconds: 60, stallMinutes: 15, onStall: 'none' },
    ...{ maxWallMinutes: 480, onDailyReset: 'resume' },
  },
  git: {
    ...{ branchPrefix: 'apex/', commitFormat: 'conventional', autoPush: true },
    ...{ defaultBranch: 'main', commitAfterSubtask: true, pushAfterTask: true },
    ...{ createPR: 'always', prDraft: false, prLabels: [], prReviewers: [] },
  },
  workspace: { defaultStrategy: 'none', cleanupOnComplete: true },
};

const configOf = async (projectId: string) => {
  const { status, body } = await read(`/config?projectId=${projectId}`);
  expect(status).toBe(200);
  return body;
};
const patch = async (projectId: string, change: unknown) => {
  const path = `/config?projectId=${projectId}`;
  const { status, body } = await send(path, change, { method: 'PATCH' });
  expect([status, body['error']]).toEqual([200, undefined]);
  expect(body).toEqual(await configOf(projectId));
  return body;
};

describe('the config', () => {
  it('89 of a new project is exactly its defaults, with its own name', async () => {
    expect(await configOf(await newProject())).toEqual(DEFAULTS);
  });

  it('89 of the default project has what the reference prints', async () => {
    const { status, body } = await read('/config');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      version: '1.0',
      project: { name: 'my-project' },
      autonomy: { default: 'review-before-merge' },
      models: { planning: 'opus', implementation: 'sonnet', review: 'haiku' },
      limits: { maxTokensPerTask: 1_000_000, maxCostPerTask: 10, dailyBudget: 100 },
    });
  });

  it('89 of a project that is not there is 404', async () => {
    for (const path of [
      '/config?projectId=x',
      '/config?projectId=prj_0000000000000000000000000z',
    ]) {
      expect(await refusal(path)).toMatchObject({ status: 404, code: 'not_found' });
      expect(await refusal(path, { method: 'PATCH', json: {} })).toMatchObject({ status: 404 });
    }
  });
});

describe('a change of the config', () => {
  it.each<Tree>([
    { project: { name: 'Other', language: 'typescript', framework: 'hono', testCommand: 'x' } },
    { autonomy: { default: 'manual', overrides: { bugfix: 'full' } } },
    { models: { review: 'opus' } },
    { prices: { opus: { inputPerMillion: 5, outputPerMillion: 25, cacheReadPerMillion: 0.5 } } },
    { prices: { default: { inputPerMillion: 0, outputPerMillion: 0.25 } } },
    { agents: { enabled: ['planner'] } },
    { limits: { maxTokensPerTask: 5, maxCostPerTask: 0, dailyBudget: 1.5, maxTurns: 1 } },
    { limits: { maxConcurrentTasks: 1, maxRetries: 0, retryDelayMs: 0, retryBackoffFactor: 1 } },
    { git: { branchPrefix: 'work/', commitFormat: 'simple', autoPush: false, createPR: 'ask' } },
    { git: { prDraft: true, prLabels: ['a', 'b'], prReviewers: ['ada'], defaultBranch: 'dev' } },
    { workspace: { defaultStrategy: 'container', cleanupOnComplete: false } },
  ])('%j merges into the rest', async (change) => {
    const projectId = await newProject();
    const body = await patch(projectId, change);
    for (const [key, value] of Object.entries(change)) {
      const before = DEFAULTS[key as keyof typeof DEFAULTS];
      expect(body[key]).toEqual({ ...(before as Tree), ...(value as Tree) });
    }
    const others = Object.keys(DEFAULTS).filter((key) => !Object.hasOwn(change, key));
    for (const key of others) expect(body[key]).toEqual(DEFAULTS[key as keyof typeof DEFAULTS]);
  });

  it('merges objects at every depth, and replaces lists', async () => {
    const projectId = await newProject();
    await patch(projectId, { git: { prLabels: ['a', 'b'], prDraft: true } });
    await patch(projectId, { prices: { opus: { inputPerMillion: 5, outputPerMillion: 25 } } });
    const body = await patch(projectId, {
      git: { prLabels: ['c'] },
      prices: { opus: { inputPerMillion: 6 } },
    });
    expect(body).toMatchObject({
      git: { prLabels: ['c'], prDraft: true, autoPush: true },
      prices: { opus: { inputPerMillion: 6, outputPerMillion: 25 }, default: {} },
    });
    const gate = { name: 'legal', trigger: 'before:merge' };
    await patch(projectId, { gates: [gate, { ...gate, name: 'style' }] });
    const whole = { required: true, approvers: [], quorum: 1 };
    expect((await patch(projectId, { gates: [gate] }))['gates']).toEqual([{ ...gate, ...whole }]);
    expect((await patch(projectId, { gates: [] }))['gates']).toEqual([]);
  });

  it('null returns to the default: a value, a part, a list, an entry', async () => {
    const projectId = await newProject();
    const stages = [{ name: 'a', agent: 'developer' }];
    await patch(projectId, {
      ...{ limits: { maxTurns: 7, maxRetries: 0 }, git: { prDraft: true, prLabels: ['a'] } },
      ...{ workflows: { docs: { stages }, prose: { stages } }, project: { language: 'c' } },
      ...{ agents: { disabled: [] }, gates: [{ name: 'x', trigger: 'before:merge' }] },
    });
    const first = await patch(projectId, {
      ...{ limits: { maxTurns: null }, git: { prLabels: null }, workflows: { docs: null } },
      ...{ project: { language: null }, gates: null },
    });
    expect(first['limits']).toEqual({ ...DEFAULTS.limits, maxRetries: 0 });
    expect(first['git']).toEqual({ ...DEFAULTS.git, prDraft: true });
    expect(Object.keys(first['workflows'] as Tree)).toEqual(['prose']);
    expect([first['project'], first['gates']]).toEqual([DEFAULTS.project, []]);
    const last = { limits: null, git: null, workflows: null, agents: null };
    expect(await patch(projectId, last)).toEqual(DEFAULTS);
  });

  it('of nothing changes nothing, with {}, with no body and with an empty one', async () => {
    const projectId = await newProject();
    const before = await patch(projectId, { limits: { maxTurns: 7 } });
    for (const init of [{ json: {} }, {}, { body: '' }, { json: { limits: {} } }]) {
      const answer = await ask(`/config?projectId=${projectId}`, { method: 'PATCH', ...init });
      expect([answer.status, await answer.json()]).toEqual([200, before]);
    }
  });

  it('of one project is not one of another', async () => {
    const [one, two] = [await newProject(), await newProject()];
    await patch(one, { limits: { maxTurns: 7 } });
    expect(await configOf(two)).toEqual(DEFAULTS);
  });
});
