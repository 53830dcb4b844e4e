// How the tasks of the histories come into the world: of a built-in workflow or the project's own, with gates of the
// project besides those of their autonomy; alone, waiting for other tasks, or as a subtask.

import fc from 'fast-check';
import type { Config } from '../../src/contract/config.ts';
import type { ConfigGate } from '../../src/contract/config-workflow.ts';
import type { Dependency } from '../../src/contract/event-subtask.ts';
import { AUTONOMIES, TASK_STATUSES } from '../../src/contract/task.ts';
import type { CreateTask } from '../../src/domain/command.ts';
import { changeConfig } from '../../src/domain/config.ts';
import { withoutMergeGates } from '../../src/domain/family.ts';
import { makePlan } from '../../src/domain/plan.ts';
import { createCommand, type Kind, taken, WORKFLOW_NAMES } from './world.ts';

/** A workflow of a project's own: an agent of its own, and a gate in the middle. */
export const OWN_WORKFLOW = {
  agents: { custom: { shipper: { description: 'Ships', tools: ['Bash'], prompt: 'You ship.' } } },
  workflows: {
    release: {
      stages: [
        { name: 'ship', agent: 'shipper', dependsOn: ['check'], inputs: ['report'] },
        { name: 'build', agent: 'developer', writes: true, outputs: ['binary'] },
        { name: 'check', agent: 'tester', dependsOn: ['build'], gate: 'sign-off' },
      ],
    },
  },
};

export interface Birth {
  readonly kind: Kind;
  readonly gates: readonly ConfigGate[];
  readonly dependencies: readonly Dependency[];
  /** How deep below its topmost task; 0 is that itself. */
  readonly depth: number;
}

const OWN_CONFIG = taken(changeConfig('demo', {}, OWN_WORKFLOW)).config;

/** The config of a project that has these gates, and a workflow and an agent of its own. */
export const configWith = (gates: readonly ConfigGate[]): Config => ({
  ...OWN_CONFIG,
  gates: [...gates],
});

export function birthCommand({ kind, gates, dependencies, depth }: Birth): CreateTask {
  const plan = taken(makePlan(configWith(gates), kind));
  if (depth === 0) return createCommand(kind, { plan, dependencies });
  const branch = 'apex/parent';
  const parent = { id: 'task_parent', index: 2, depth, branch, branchName: branch };
  return createCommand(kind, { plan: withoutMergeGates(plan), dependencies, parent });
}

const TRIGGERS = [
  'before:merge',
  'after:planning',
  'after:implementation',
  'after:fix',
  'after:check',
  'after:review',
];

/** Some with the name of a gate that the task has already. */
export const configGate: fc.Arbitrary<ConfigGate> = fc
  .record({
    name: fc.constantFrom('security', 'legal', 'review', 'commit', 'planning', 'sign-off'),
    trigger: fc.constantFrom(...TRIGGERS),
    required: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.boolean()),
    approvers: fc.constantFrom<string[]>([], [], ['Ada', 'usr_bob'], ['usr_ada', 'local', 'Bob']),
    quorum: fc.constantFrom(1, 2, 2, 3),
    timeout: fc.constantFrom(undefined, 5, 60),
  })
  .map(({ timeout, ...gate }) => (timeout === undefined ? gate : { ...gate, timeout }));

const gates = fc.uniqueArray(configGate, { selector: ({ name }) => name, maxLength: 3 });
const dependency = (n: number): fc.Arbitrary<Dependency> =>
  fc.record({
    id: fc.constant(`task_dep_${n}`),
    status: fc.constantFrom(...TASK_STATUSES, 'deleted', 'completed', 'completed'),
  });

const often = <T>(usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

export const births: fc.Arbitrary<Birth> = fc.record({
  kind: fc.record({
    workflow: fc.constantFrom(...WORKFLOW_NAMES, 'release'),
    autonomy: fc.constantFrom(...AUTONOMIES),
    maxRetries: fc.integer({ min: 0, max: 3 }),
  }),
  gates: fc.oneof(fc.constant([]), gates, gates),
  dependencies: often<readonly Dependency[]>([], fc.tuple(dependency(1), dependency(2))),
  depth: often(0, fc.integer({ min: 1, max: 3 })),
});
