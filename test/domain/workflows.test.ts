// Workflows, agents and gates of a project's own, by example.

import { describe, expect, it } from 'vitest';
import { changeConfig, defaultConfig } from '../../src/domain/config.ts';
import { makePlan, promptsOf } from '../../src/domain/plan.ts';
import { stagePrompt } from '../../src/domain/prompt.ts';
import { enabledAgents, inOrder, projectWorkflows } from '../../src/domain/workflows.ts';
import { configWith, OWN_WORKFLOW } from './births.ts';
import { createCommand, refused, stateAfter, taken } from './world.ts';

const change = (patch: Record<string, unknown>) => changeConfig('demo', {}, patch);
const stage = (name: string, more: object = {}) => ({ name, agent: 'developer', ...more });
const workflow = (...stages: object[]) => ({ workflows: { own: { stages } } });

describe('a workflow of a project', () => {
  it('stands beside the built-in ones, and one of their names replaces it', () => {
    const { config } = taken(change({ workflows: { bugfix: { stages: [stage('all')] } } }));
    const all = projectWorkflows(config);
    expect(Object.keys(all)).toEqual(['feature', 'bugfix', 'refactor']);
    expect(all['bugfix']?.stages.map(({ name }) => name)).toEqual(['all']);
    expect(Object.keys(projectWorkflows(configWith([])))).toContain('release');
  });

  it('has its stages in the order of what they wait for, ties as listed', () => {
    const names = ['d<a', 'c', 'b<c', 'a<b'].map((text) => text.split('<'));
    const stages = names.map(([name = '', wait]) => ({ name, dependsOn: wait ? [wait] : [] }));
    expect(inOrder(stages)?.map(({ name }) => name)).toEqual(['c', 'b', 'a', 'd']);
    const plan = taken(makePlan(configWith([]), { workflow: 'release', autonomy: 'full' }));
    expect(plan.stages.map(({ name }) => name)).toEqual(['build', 'check', 'ship']);
  });

  it('has the tries, the time and the outputs of the built-in ones where it says nothing', () => {
    const { config } = taken(change(workflow(stage('all'))));
    const { stages } = taken(makePlan(config, { workflow: 'own', autonomy: 'full' }));
    const usual = { writes: false, timeout: 3_600, maxRetries: 2, dependsOn: [], outputs: [] };
    expect(stages).toMatchObject([{ name: 'all', model: 'sonnet', ...usual }]);
  });

  it.each<[string, object, string, string]>([
    ['no stage', workflow(), 'workflows.own.stages', 'must have a stage'],
    [
      'an unknown agent',
      workflow({ name: 'a', agent: 'nobody' }),
      'workflows.own.stages.0.agent',
      'known agent',
    ],
    [
      'an agent of all objects',
      workflow({ name: 'a', agent: 'constructor' }),
      'workflows.own.stages.0.agent',
      'known agent',
    ],
    [
      'one name twice',
      workflow(stage('a'), stage('a')),
      'workflows.own.stages.1.name',
      'must be unique',
    ],
    [
      'a stage that is not there',
      workflow(stage('a', { dependsOn: ['b'] })),
      'workflows.own.stages.0.dependsOn',
      'must name stages',
    ],
    [
      'a circle',
      workflow(stage('a', { dependsOn: ['b'] }), stage('b', { dependsOn: ['a'] })),
      'workflows.own.stages',
      'in a circle',
    ],
    [
      'a stage that waits for itself',
      workflow(stage('a', { dependsOn: ['a'] })),
      'workflows.own.stages',
      'in a circle',
    ],
    [
      'what nobody honours',
      workflow(stage('a', { parallel: true })),
      'workflows.own.stages.0.parallel',
      'Unknown key',
    ],
    ['a bad name', { workflows: { 'a b': { stages: [stage('a')] } } }, 'workflows.a b', 'must be'],
  ])('is refused with %s', (_name, patch, path, message) => {
    const { code, extra } = refused(change({ ...patch }));
    expect(code).toBe('invalid_request');
    const text = expect.stringContaining(message) as string;
    expect(extra?.['errors']).toEqual([{ path, message: text }]);
  });

  it('is not used while one of its agents is disabled', () => {
    const { config: without } = taken(
      change({ ...OWN_WORKFLOW, agents: { ...OWN_WORKFLOW.agents, disabled: ['shipper'] } }),
    );
    const wanted = { workflow: 'release', autonomy: 'full' } as const;
    expect(refused(makePlan(without, wanted)).message).toContain('needs the agent shipper');
  });
});

describe('an agent of a project', () => {
  it('has the model that it names, or that of its kind of work', () => {
    const custom = {
      cheap: { description: 'Cheap', model: 'haiku' },
      like: { description: 'Like others', model: 'inherit' },
      usual: { description: 'Says nothing' },
      planner: { description: 'Plans otherwise', model: 'inherit' },
    };
    const { config } = taken(change({ agents: { custom }, models: { implementation: 'opus-9' } }));
    const agents = enabledAgents(config);
    const models = ['cheap', 'like', 'usual', 'planner'].map((name) => agents[name]?.model);
    expect(models).toEqual(['haiku', 'opus-9', 'sonnet', 'opus']);
    expect(agents['planner']?.description).toBe('Plans otherwise');
  });

  it('is told its own prompt, which no plan shows', () => {
    const config = configWith([]);
    const plan = taken(makePlan(config, { workflow: 'release', autonomy: 'full' }));
    expect(JSON.stringify(plan)).not.toContain('You ship.');
    expect(promptsOf(config)).toEqual({ shipper: 'You ship.' });
    const kind = { workflow: 'release', autonomy: 'full', maxRetries: 0 } as const;
    const state = {
      ...stateAfter(null, createCommand(kind, { plan })),
      prompts: promptsOf(config),
    };
    const work = { workId: 'wrk_1', kind: 'stage', stage: 'ship', try: 1 } as const;
    expect(stagePrompt(state, work)).toContain('You ship.');
    expect(stagePrompt(state, { ...work, stage: 'build' })).not.toContain('You ship.');
  });

  it('is handed the outputs that its stage names, and no others', () => {
    const plan = taken(makePlan(configWith([]), { workflow: 'release', autonomy: 'full' }));
    const kind = { workflow: 'release', autonomy: 'full', maxRetries: 0 } as const;
    const outputs = { report: 'All is well.', binary: 'a.out' };
    const state = { ...stateAfter(null, createCommand(kind, { plan })), outputs };
    const prompt = stagePrompt(state, { workId: 'wrk_1', kind: 'stage', stage: 'ship', try: 1 });
    expect(prompt).toContain('All is well.');
    expect(prompt).not.toContain('a.out');
  });
});

describe('a gate of a project', () => {
  const gate = { name: 'security', trigger: 'after:fix' };
  const gatesOf = (gates: readonly object[], name = 'bugfix') => {
    const { config } = taken(change({ gates }));
    return taken(makePlan(config, { workflow: name, autonomy: 'full' })).gates;
  };

  it('stands behind its stage, with what it asks for', () => {
    const asked = { ...gate, approvers: ['Ada'], quorum: 2, timeout: 30 };
    const planned = { name: 'security', source: 'config', at: 'after', stage: 'fix' };
    const terms = { approvers: ['Ada'], quorum: 2, timeoutMinutes: 30 };
    expect(gatesOf([asked])).toEqual([{ ...planned, ...terms }]);
    expect(gatesOf([gate])).toEqual([planned]);
  });

  it('is none where it is not required, and where the workflow has no such stage', () => {
    expect(gatesOf([{ ...gate, required: false }])).toEqual([]);
    expect(gatesOf([gate], 'feature')).toEqual([]);
  });

  it.each<[string, object[], string]>([
    ['two of one name', [gate, { ...gate, trigger: 'before:merge' }], 'gates.1.name'],
    ['a trigger of nothing', [{ ...gate, trigger: 'sometimes' }], 'gates.0.trigger'],
    ['nobody', [{ ...gate, quorum: 0 }], 'gates.0.quorum'],
    ['a name that no path can hold', [{ ...gate, name: 'a/b' }], 'gates.0.name'],
  ])('is refused with %s', (_name, gates, path) => {
    const errors = refused(change({ gates })).extra?.['errors'];
    expect(errors).toEqual([{ path, message: expect.stringContaining(path) as string }]);
  });
});

describe('the limits of a task', () => {
  const plan = (limits: object) =>
    makePlan(defaultConfig('demo'), { workflow: 'bugfix', autonomy: 'full', limits });

  it('are its own where it lowers those of its project', () => {
    const { limits } = taken(plan({ maxTurns: 7, maxCostPerTask: 0 }));
    expect(limits).toMatchObject({ maxTurns: 7, maxCostPerTask: 0, maxTokensPerTask: 1_000_000 });
    expect(taken(plan({ maxTurns: 100 })).limits.maxTurns).toBe(100);
  });

  it.each(['maxTurns', 'maxCostPerTask', 'maxTokensPerTask'])('are never higher: %s', (key) => {
    const { code, extra } = refused(plan({ [key]: 1_000_001 }));
    expect(code).toBe('invalid_request');
    expect(extra?.['errors']).toMatchObject([{ path: `limits.${key}` }]);
  });
});
