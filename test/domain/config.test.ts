// The config of a project, and the plan that a task makes of it.

import { describe, expect, it } from 'vitest';
import { AUTONOMIES } from '../../src/contract/task.ts';
import { WORKFLOWS } from '../../src/domain/builtin.ts';
import { changeConfig, defaultConfig, mergePatch, wholeConfig } from '../../src/domain/config.ts';
import { autonomyFor, makePlan } from '../../src/domain/plan.ts';
import { enabledAgents, inOrder } from '../../src/domain/workflows.ts';
import { refused, taken, WORKFLOW_NAMES } from './world.ts';

const change = (stored: unknown, patch: Record<string, unknown>) =>
  changeConfig('demo', stored, patch);
const parsed = (text: string) => JSON.parse(text) as Record<string, unknown>;

describe('a change of the config', () => {
  it('merges objects and replaces lists', () => {
    const first = taken(change({}, { git: { prLabels: ['a', 'b'], prDraft: true } }));
    const second = taken(
      change(first.stored, { git: { prLabels: ['c'] }, limits: { maxTurns: 7 } }),
    );
    expect(second.config.git).toMatchObject({ prLabels: ['c'], prDraft: true, autoPush: true });
    expect(second.config.limits.maxTurns).toBe(7);
    expect(wholeConfig('demo', second.stored)).toEqual(second.config);
  });

  it('returns to the default by null, whole parts too', () => {
    const first = taken(
      change({}, { limits: { maxTurns: 7, maxRetries: 0 }, git: { prDraft: true } }),
    );
    const second = taken(change(first.stored, { limits: { maxTurns: null }, git: null }));
    expect(second.config.limits).toMatchObject({ maxTurns: 100, maxRetries: 0 });
    expect(second.config.git).toEqual(defaultConfig('demo').git);
    const last = taken(change(second.stored, { limits: null }));
    expect(last.config).toEqual(defaultConfig('demo'));
  });

  it('keeps no more than what was changed, so a later default reaches it', () => {
    expect(taken(change({}, { limits: { maxTurns: 7 } })).stored).toEqual({
      limits: { maxTurns: 7 },
    });
  });

  it.each<[string, Record<string, unknown>, string, string]>([
    ['an unknown key', { api: {} }, 'api', 'Unknown key: api'],
    ['one further in', { git: { pushy: true } }, 'git.pushy', 'Unknown key: git.pushy'],
    ['a wrong kind', { git: { autoPush: 'yes' } }, 'git.autoPush', 'must be true or false'],
    ['a number out of bounds', { limits: { maxRetries: 11 } }, 'limits.maxRetries', 'from 0 to 10'],
    ['a part of one', { limits: { maxTurns: 1.5 } }, 'limits.maxTurns', 'a whole number'],
    ['no object', { limits: 5 }, 'limits', 'limits'],
    ['a wrong level', { autonomy: { default: 'bogus' } }, 'autonomy.default', 'must be one of'],
    ['a bad branch', { git: { branchPrefix: 'x..y' } }, 'git.branchPrefix', 'branch prefix'],
    ['a key of all objects', parsed('{"__proto__":{"a":1}}'), '__proto__', 'Unknown key'],
    ['one of them within', parsed('{"git":{"__proto__":{}}}'), 'git.__proto__', 'Unknown key'],
    ['a name they inherit', { constructor: {} }, 'constructor', 'Unknown key: constructor'],
  ])('names the path of %s', (_name, patch, path, message) => {
    const refusal = refused(change({}, patch));
    expect(refusal.code).toBe('invalid_request');
    expect(refusal.extra?.['errors']).toEqual([
      { path, message: expect.stringContaining(message) as string },
    ]);
  });

  it('names every wrong key at once', () => {
    const refusal = refused(change({}, { api: 1, ui: 2, limits: { maxTurns: 0 } }));
    const errors = refusal.extra?.['errors'] as readonly { path: string }[];
    expect(errors.map(({ path }) => path).toSorted()).toEqual(['api', 'limits.maxTurns', 'ui']);
  });

  it('touches neither its input nor what all objects share', () => {
    const patch = Object.freeze({ git: Object.freeze({ prDraft: true }) });
    expect(
      mergePatch(patch, parsed('{"git":{"prLabels":[]},"__proto__":{"bad":1}}')),
    ).toBeDefined();
    expect('bad' in {}).toBe(false);
    expect(patch).toEqual({ git: { prDraft: true } });
  });
});

describe('a plan', () => {
  const config = defaultConfig('demo');

  it.each(['nonsense', '__proto__', 'constructor', 'toString', ''])(
    'is not made of the workflow %j',
    (name) => {
      const refusal = refused(makePlan(config, { workflow: name, autonomy: 'full' }));
      expect(refusal.code).toBe('unknown_workflow');
      expect(refusal.message).toBe(`Unknown workflow: ${name}`);
      expect(refusal.extra?.['workflows']).toEqual([...WORKFLOW_NAMES]);
    },
  );

  it('is not made where an agent that it needs is disabled', () => {
    const { config: without } = taken(change({}, { agents: { disabled: ['reviewer'] } }));
    expect(refused(makePlan(without, { workflow: 'feature', autonomy: 'full' })).message).toBe(
      'Workflow feature needs the agent reviewer, which is disabled',
    );
    const { config: only } = taken(change({}, { agents: { enabled: ['developer'] } }));
    expect(Object.keys(enabledAgents(only))).toEqual(['developer']);
  });

  it('has the gates of its level of autonomy', () => {
    const gates = AUTONOMIES.map((autonomy) =>
      taken(makePlan(config, { workflow: 'feature', autonomy })).gates.map(
        ({ name, at, stage }) => [name, at, stage],
      ),
    );
    const names = ['planning', 'architecture', 'implementation', 'testing', 'review'];
    expect(gates).toEqual([
      [],
      [['commit', 'commit', 'implementation']],
      [['review', 'after', 'review']],
      names.map((name) => [name, 'after', name]),
    ]);
  });

  it('has each stage after all it depends on, with the model of its agent', () => {
    for (const workflow of Object.values(WORKFLOWS)) {
      const ordered = inOrder(workflow.stages.toReversed()) ?? [];
      expect(ordered).toHaveLength(workflow.stages.length);
      for (const [index, stage] of ordered.entries()) {
        const earlier = ordered.slice(0, index).map(({ name }) => name);
        expect(earlier).toEqual(expect.arrayContaining(stage.dependsOn));
      }
    }
    const { config: own } = taken(change({}, { models: { review: 'opus', planning: 'haiku' } }));
    const models = taken(makePlan(own, { workflow: 'feature', autonomy: 'full' })).stages.map(
      ({ model }) => model,
    );
    expect(models).toEqual(['haiku', 'haiku', 'sonnet', 'sonnet', 'opus']);
  });

  it('is not made of stages that depend on each other', () => {
    const [stage] = WORKFLOWS['bugfix']?.stages ?? [];
    if (stage === undefined) throw new Error('The workflow bugfix has stages.');
    const circle = [
      { ...stage, name: 'a', dependsOn: ['b'] },
      { ...stage, name: 'b', dependsOn: ['a'] },
    ];
    expect(inOrder(circle)).toBeNull();
  });

  it('has the level that the project sets for its workflow', () => {
    const overrides = { bugfix: 'full' };
    const { config: own } = taken(change({}, { autonomy: { default: 'manual', overrides } }));
    expect([autonomyFor(own, 'bugfix'), autonomyFor(own, 'feature')]).toEqual(['full', 'manual']);
    expect(autonomyFor(own, 'constructor')).toBe('manual');
  });
});
