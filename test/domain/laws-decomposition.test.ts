import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SubtaskDefinition } from '../../src/contract/subtask.ts';
import { resolveSiblings } from '../../src/domain/decomposition.ts';
import { refused, taken } from './world.ts';

const NAMES = ['Build it', 'Test it', 'Ship it', 'Tell them', 'constructor'] as const;
const OTHERS = ['task_elsewhere', '__proto__'] as const;

/** Distinct parts of one task, each waiting for some of the others, itself, or tasks elsewhere. */
const definitions: fc.Arbitrary<SubtaskDefinition[]> = fc
  .tuple(
    fc.shuffledSubarray([...NAMES], { minLength: 1 }),
    fc.array(fc.subarray([...NAMES, ...OTHERS], { maxLength: 3 }), { minLength: 5, maxLength: 5 }),
  )
  .map(([names, waits]) =>
    names.map((description, index) =>
      SubtaskDefinition.parse({ description, dependsOn: waits[index] }),
    ),
  );

/** Whether somebody waits for itself, by walking every way there is. */
function waitsForItself(all: readonly SubtaskDefinition[]): boolean {
  const walk = (name: string, way: readonly string[]): boolean => {
    if (way.includes(name)) return true;
    const next = all.find(({ description }) => description === name)?.dependsOn ?? [];
    return next.some((word) => walk(word, [...way, name]));
  };
  return all.some(({ description }) => walk(description, []));
}

describe('the subtasks of one call', () => {
  it('are refused exactly when one of them would wait for itself', () => {
    let circles = 0;
    const property = fc.property(definitions, (all) => {
      const resolved = resolveSiblings(all);
      const circular = waitsForItself(all);
      expect(resolved.ok).toBe(!circular);
      if (circular) expect(refused(resolved).code).toBe('dependency_cycle');
      circles += circular ? 1 : 0;
    });
    fc.assert(property, { numRuns: 2_000 });
    expect(circles).toBeGreaterThan(100);
    expect(circles).toBeLessThan(1_900);
  });

  it('wait for each one that they name, told apart from tasks elsewhere', () => {
    const property = fc.property(definitions, (all) => {
      const resolved = resolveSiblings(all);
      if (!resolved.ok) return;
      for (const [index, { siblings, others }] of resolved.value.entries()) {
        const { dependsOn = [] } = all[index] ?? {};
        const named = siblings.map((sibling) => all[sibling]?.description);
        expect([...named, ...others].toSorted()).toEqual([...dependsOn].toSorted());
        for (const other of others) expect(all.map((one) => one.description)).not.toContain(other);
      }
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it('may have one description twice: the first is meant, and a name is trimmed', () => {
    const twice = ['Same', 'Same', 'Last'].map((description) => ({ description }));
    const all = twice.map((one, index) =>
      SubtaskDefinition.parse({ ...one, dependsOn: index === 2 ? [' Same ', 'Same'] : [] }),
    );
    expect(taken(resolveSiblings(all))[2]).toEqual({ siblings: [0], others: [] });
  });
});
