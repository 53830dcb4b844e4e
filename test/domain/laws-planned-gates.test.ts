import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConfigGate } from '../../src/contract/config-workflow.ts';
import type { PlannedGate } from '../../src/contract/plan.ts';
import { AUTONOMIES } from '../../src/contract/task.ts';
import type { WorkflowStage } from '../../src/contract/workflow-stage.ts';
import { withoutMergeGates } from '../../src/domain/family.ts';
import { GATE_POLICIES } from '../../src/domain/gates.ts';
import { plannedGates } from '../../src/domain/planned-gates.ts';
import { planOf } from './world.ts';

const STAGES: readonly string[] = ['a', 'b', 'c'];
/** As long as a name may be. */
const LONG = `x${'y'.repeat(99)}`;
/** Few names, and some that look as if they had been made out of others. */
const NAMES = ['x', 'review', 'commit', 'a', 'x:b', 'x:c', 'review:c', LONG] as const;

const stages: fc.Arbitrary<WorkflowStage[]> = fc
  .tuple(...STAGES.map(() => fc.option(fc.constantFrom(...NAMES), { nil: undefined })))
  .map((gates) =>
    STAGES.map((name, index) => {
      const gate = gates[index];
      const stage = { name, agent: 'developer', description: '', dependsOn: [], inputs: [] };
      const work = { outputs: [], writes: name === 'b', timeout: 60, maxRetries: 1 };
      return gate === undefined ? { ...stage, ...work } : { ...stage, ...work, gate };
    }),
  );

const configGates: fc.Arbitrary<ConfigGate[]> = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom(...NAMES),
    trigger: fc.constantFrom('before:merge', 'after:a', 'after:b', 'after:c', 'after:nowhere'),
    required: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
    approvers: fc.constantFrom<string[]>([], ['Ada']),
    quorum: fc.integer({ min: 1, max: 3 }),
  }),
  { selector: ({ name }) => name, maxLength: 4 },
);

const world = fc.record({ stages, autonomy: fc.constantFrom(...AUTONOMIES), config: configGates });
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

const assertLaw = (law: (world: World, planned: readonly PlannedGate[]) => void): void => {
  const property = fc.property(world, (one) => {
    law(one, plannedGates(one.stages, one.autonomy, one.config));
  });
  fc.assert(property, { numRuns: 2_000 });
};

/** A gate that was asked for, where, and whether for the merge alone. */
type Wanted = Pick<PlannedGate, 'name' | 'at' | 'stage' | 'guards'>;

const stageOf = ({ trigger }: ConfigGate): string =>
  trigger === 'before:merge' ? 'c' : trigger.slice('after:'.length);

const isIn = ({ required, trigger }: ConfigGate): boolean =>
  required && trigger !== 'after:nowhere';

/** What the level, the workflow and the config each ask for. */
function wantedOf({ stages: all, autonomy, config }: World): Wanted[] {
  const own = all.flatMap(({ name, gate }): Wanted[] =>
    gate === undefined ? [] : [{ name: gate, at: 'after', stage: name }],
  );
  const asked = config.filter(isIn).map((gate): Wanted => {
    const wanted = { name: gate.name, at: 'after', stage: stageOf(gate) } as const;
    return gate.trigger === 'before:merge' ? { ...wanted, guards: 'merge' } : wanted;
  });
  return [...GATE_POLICIES[autonomy](all), ...own, ...asked];
}

const standsFor = (gate: PlannedGate, { name, at, stage }: Wanted): boolean =>
  gate.at === at && gate.stage === stage && gate.name.startsWith(name.slice(0, 90));

describe('planned gates', () => {
  it('lose none that the level, the workflow or the config asks for', () => {
    assertLaw((one, planned) => {
      for (const wanted of wantedOf(one)) {
        expect(planned.filter((gate) => standsFor(gate, wanted))).not.toEqual([]);
      }
    });
  });

  it('have names of their own', () => {
    assertLaw((_, planned) => {
      const names = planned.map(({ name }) => name);
      expect(names).toEqual([...new Set(names)]);
    });
  });

  it('have names by which they can be asked for: nobody could decide another one', () => {
    assertLaw((_, planned) => {
      for (const { name } of planned) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/);
    });
  });

  it('are none but those, each once at its place', () => {
    assertLaw((one, planned) => {
      const wanted = wantedOf(one);
      expect(planned.length).toBeLessThanOrEqual(wanted.length);
      for (const gate of planned) {
        expect(wanted.some((single) => standsFor(gate, single))).toBe(true);
      }
    });
  });

  it('stand in the order of the stages', () => {
    assertLaw((_, planned) => {
      const places = planned.map(({ stage }) => STAGES.indexOf(stage));
      expect(places).toEqual(places.toSorted());
    });
  });

  it('ask for as many people as the config does, and for the same', () => {
    assertLaw(({ config }, planned) => {
      for (const asked of config.filter(isIn)) {
        const wanted = { name: asked.name, at: 'after', stage: stageOf(asked) } as const;
        const strict = planned.filter(({ quorum = 1, approvers = [] }) => {
          return quorum >= asked.quorum && asked.approvers.every((who) => approvers.includes(who));
        });
        expect(strict.some((gate) => standsFor(gate, wanted))).toBe(true);
      }
    });
  });

  it('hold a subtask too, but for those that guard the merge alone', () => {
    assertLaw((one, planned) => {
      const { gates } = withoutMergeGates({ ...planOf('bugfix', 'full'), gates: [...planned] });
      const wanted = wantedOf(one).filter(({ guards }) => guards !== 'merge');
      for (const single of wanted) {
        expect(gates.some((gate) => standsFor(gate, single))).toBe(true);
      }
      for (const gate of gates) expect(wanted.some((single) => standsFor(gate, single))).toBe(true);
    });
  });
});
