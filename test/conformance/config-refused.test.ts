// §9: what a change of the config may not say. Each wrong or unknown key is named by its path, nothing changes.

import { describe, expect, it } from 'vitest';
import { newProject, read, send } from '../worker/world.ts';
import { refusal } from './checks.ts';

type Tree = Record<string, unknown>;

/** The paths that a change is refused for. */
async function pathsOf(change: unknown): Promise<string[]> {
  const path = `/config?projectId=${await newProject({ limits: { maxTurns: 7 } })}`;
  const before = await read(path);
  const answer = await refusal(path, { method: 'PATCH', json: change });
  expect([answer.status, answer.code]).toEqual([400, 'invalid_request']);
  expect(answer.error).toBe(answer.errors?.[0]?.message);
  expect(await read(path)).toEqual(before);
  return (answer.errors ?? []).map((error) => error.path);
}
const stage = { name: 'a', agent: 'developer' };
const workflow = (...stages: readonly Tree[]) => ({ workflows: { docs: { stages } } });
const STAGE = 'workflows.docs.stages.0';

describe('an unknown key', () => {
  it.each(['api', 'webUI', 'ui', 'daemon', 'documentation', 'apI', 'toString'])(
    '%s belongs to no config',
    async (key) => {
      const path = `/config?projectId=${await newProject()}`;
      expect(await refusal(path, { method: 'PATCH', json: { [key]: {} } })).toMatchObject({
        status: 400,
        error: `Unknown key: ${key}`,
        errors: [{ path: key, message: `Unknown key: ${key}` }],
      });
    },
  );

  it.each([
    [{ project: { owner: 'x' } }, 'project.owner'],
    [{ autonomy: { level: 'full' } }, 'autonomy.level'],
    [{ models: { default: 'opus' } }, 'models.default'],
    [{ prices: { opus: { perToken: 1 } } }, 'prices.opus.perToken'],
    [{ agents: { list: [] } }, 'agents.list'],
    [{ limits: { maxFiles: 1 } }, 'limits.maxFiles'],
    [{ git: { pushy: true } }, 'git.pushy'],
    [{ workspace: { container: {} } }, 'workspace.container'],
    [{ gates: [{ name: 'x', trigger: 'before:merge', autoApprove: true }] }, 'gates.0.autoApprove'],
    [{ agents: { custom: { w: { description: 'd', color: 'red' } } } }, 'agents.custom.w.color'],
    [{ workflows: { docs: { stages: [stage], isolation: 'full' } } }, 'workflows.docs.isolation'],
    [workflow({ ...stage, condition: 'x' }), `${STAGE}.condition`],
    [workflow({ ...stage, actions: [] }), `${STAGE}.actions`],
    [workflow({ ...stage, parallel: true }), `${STAGE}.parallel`],
    [workflow({ ...stage, isolation: {} }), `${STAGE}.isolation`],
  ])('%j: %s', async (change, path) => {
    expect(await pathsOf(change)).toContain(path);
  });
});

describe('an unknown key that is null', () => {
  it.each([
    [{ api: null }, 'api'],
    [{ limits: { speed: null } }, 'limits.speed'],
    [{ git: { pushy: null }, workspace: { cleanupOnComplete: true } }, 'git.pushy'],
  ])('%j: has no default to return to', async (change, path) => {
    expect(await pathsOf(change)).toEqual([path]);
  });
});

describe('a wrong value', () => {
  it.each([
    [{ version: '2.0' }, 'version'],
    [{ version: 1 }, 'version'],
    [{ project: 'x' }, 'project'],
    [{ project: [] }, 'project'],
    [{ project: { name: '' } }, 'project.name'],
    [{ project: { name: 7 } }, 'project.name'],
    [{ project: { testCommand: ['npm', 'test'] } }, 'project.testCommand'],
    [{ autonomy: 'full' }, 'autonomy'],
    [{ autonomy: { default: 'bogus' } }, 'autonomy.default'],
    [{ autonomy: { overrides: { bugfix: 'bogus' } } }, 'autonomy.overrides.bugfix'],
    [{ autonomy: { overrides: [] } }, 'autonomy.overrides'],
    [{ models: { planning: 7 } }, 'models.planning'],
    [{ prices: { opus: 5 } }, 'prices.opus'],
    [{ prices: { default: { inputPerMillion: -1 } } }, 'prices.default.inputPerMillion'],
    [{ prices: { opus: { inputPerMillion: 5 } } }, 'prices.opus.outputPerMillion'],
    [{ agents: { enabled: 'planner' } }, 'agents.enabled'],
    [{ agents: { disabled: [7] } }, 'agents.disabled.0'],
    [{ agents: { custom: { w: { prompt: 'x' } } } }, 'agents.custom.w.description'],
    [{ agents: { custom: { w: { description: 'd', tools: 'Read' } } } }, 'agents.custom.w.tools'],
    [{ limits: 5 }, 'limits'],
    [{ limits: { maxTokensPerTask: 0 } }, 'limits.maxTokensPerTask'],
    [{ limits: { maxTokensPerTask: '5' } }, 'limits.maxTokensPerTask'],
    [{ limits: { maxCostPerTask: -0.01 } }, 'limits.maxCostPerTask'],
    [{ limits: { dailyBudget: 'x' } }, 'limits.dailyBudget'],
    [{ limits: { maxTurns: 1.5 } }, 'limits.maxTurns'],
    [{ limits: { maxConcurrentTasks: 0 } }, 'limits.maxConcurrentTasks'],
    [{ limits: { maxRetries: 11 } }, 'limits.maxRetries'],
    [{ limits: { maxRetries: -1 } }, 'limits.maxRetries'],
    [{ limits: { retryDelayMs: -1 } }, 'limits.retryDelayMs'],
    [{ limits: { retryBackoffFactor: 0 } }, 'limits.retryBackoffFactor'],
    [{ git: { branchPrefix: 'a..b' } }, 'git.branchPrefix'],
    [{ git: { branchPrefix: 'a b' } }, 'git.branchPrefix'],
    [{ git: { branchPrefix: '$(touch F)/' } }, 'git.branchPrefix'],
    [{ git: { defaultBranch: '-x' } }, 'git.defaultBranch'],
    [{ git: { commitFormat: 'angular' } }, 'git.commitFormat'],
    [{ git: { autoPush: 'yes' } }, 'git.autoPush'],
    [{ git: { createPR: true } }, 'git.createPR'],
    [{ git: { prLabels: 'a' } }, 'git.prLabels'],
    [{ git: { prLabels: [null] } }, 'git.prLabels.0'],
    [{ workspace: { defaultStrategy: 'cloud' } }, 'workspace.defaultStrategy'],
    [{ workspace: { cleanupOnComplete: 1 } }, 'workspace.cleanupOnComplete'],
    [{ gates: {} }, 'gates'],
    [{ gates: ['review'] }, 'gates.0'],
    [{ gates: [{ trigger: 'before:merge' }] }, 'gates.0.name'],
    [{ gates: [{ name: 'a b', trigger: 'before:merge' }] }, 'gates.0.name'],
    [{ gates: [{ name: 'budget', trigger: 'before:merge' }] }, 'gates.0.name'],
    [{ gates: [{ name: 'gate_1', trigger: 'before:merge' }] }, 'gates.0.name'],
    [workflow({ ...stage, name: 'budget' }), `${STAGE}.name`],
    [workflow({ ...stage, gate: 'gate_1' }), `${STAGE}.gate`],
    [{ gates: [{ name: 'x' }] }, 'gates.0.trigger'],
    [{ gates: [{ name: 'x', trigger: 'before:commit' }] }, 'gates.0.trigger'],
    [{ gates: [{ name: 'x', trigger: 'after:' }] }, 'gates.0.trigger'],
    [{ gates: [{ name: 'x', trigger: 'after:fix', quorum: 0 }] }, 'gates.0.quorum'],
    [{ gates: [{ name: 'x', trigger: 'after:fix', timeout: -1 }] }, 'gates.0.timeout'],
    [{ gates: [{ name: 'x', trigger: 'after:fix', approvers: 'ada' }] }, 'gates.0.approvers'],
    [{ gates: [{ name: 'x', trigger: 'after:fix', required: 'yes' }] }, 'gates.0.required'],
  ])('%j: %s', async (change, path) => {
    expect(await pathsOf(change)).toContain(path);
  });

  it('every wrong and unknown key is named at once', async () => {
    const limits = { maxTurns: 0, maxRetries: 'x', speed: 9 };
    const paths = await pathsOf({ limits, git: { prDraft: 1 }, api: {}, ui: {} });
    expect(paths.sort()).toEqual([
      ...['api', 'git.prDraft', 'limits.maxRetries', 'limits.maxTurns', 'limits.speed', 'ui'],
    ]);
  });

  it.each(['[]', 'null', '"x"', '7', '{'])('the body %s is 400', async (body) => {
    const headers = { 'Content-Type': 'application/json' };
    expect(await refusal('/config', { method: 'PATCH', body, headers })).toMatchObject({
      ...{ status: 400, code: 'invalid_json' },
    });
  });
});

describe('an own workflow', () => {
  it.each([
    [{ workflows: [] }, 'workflows'],
    [{ workflows: { docs: {} } }, 'workflows.docs.stages'],
    [{ workflows: { docs: 'x' } }, 'workflows.docs'],
    [workflow(), 'workflows.docs.stages'],
    [{ workflows: { 'a b': { stages: [stage] } } }, 'workflows.a b'],
    [workflow({ agent: 'developer' }), `${STAGE}.name`],
    [workflow({ name: 'a' }), `${STAGE}.agent`],
    [workflow({ ...stage, agent: 'nobody' }), `${STAGE}.agent`],
    [workflow({ ...stage, dependsOn: 'b' }), `${STAGE}.dependsOn`],
    [workflow({ ...stage, dependsOn: ['b'] }), `${STAGE}.dependsOn`],
    [workflow({ ...stage, dependsOn: ['a'] }), 'workflows.docs.stages'],
    [workflow(stage, stage), 'workflows.docs.stages.1.name'],
    [workflow({ ...stage, gate: 7 }), `${STAGE}.gate`],
    [workflow({ ...stage, writes: 'yes' }), `${STAGE}.writes`],
    [workflow({ ...stage, timeout: 0 }), `${STAGE}.timeout`],
    [workflow({ ...stage, maxRetries: -1 }), `${STAGE}.maxRetries`],
    [
      workflow({ ...stage, dependsOn: ['b'] }, { ...stage, name: 'b', dependsOn: ['a'] }),
      'workflows.docs.stages',
    ],
  ])('%j: %s', async (change, path) => {
    expect(await pathsOf(change)).toContain(path);
  });

  it('has the defaults of its stages, and an own agent may work on it', async () => {
    const projectId = await newProject();
    const custom = { writer: { name: 'writer', description: 'Writes', prompt: 'Write.' } };
    const change = { agents: { custom }, ...workflow({ name: 'a', agent: 'writer' }) };
    const { body } = await send<{ workflows: { docs: { stages: Tree[] } }; agents: Tree }>(
      `/config?projectId=${projectId}`,
      change,
      { method: 'PATCH' },
    );
    expect(body.workflows.docs.stages).toMatchObject([
      { name: 'a', agent: 'writer', dependsOn: [], inputs: [], outputs: [], maxRetries: 2 },
    ]);
    expect(body.agents).toMatchObject({
      custom: { writer: { model: 'sonnet', prompt: 'Write.' } },
    });
    const created = await send('/tasks', { description: 'x', workflow: 'docs', projectId });
    expect(created.status).toBe(201);
  });
});
