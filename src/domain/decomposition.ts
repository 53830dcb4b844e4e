import { ok, type Result, refuse } from '../contract/error.ts';
import type { SubtaskDefinition } from '../contract/subtask.ts';

/** What a definition waits for: siblings by their place in the list, and other tasks by id. */
export interface ResolvedDefinition {
  readonly siblings: readonly number[];
  readonly others: readonly string[];
}

const cycle = () => {
  const message = 'Subtasks would wait for each other.';
  return refuse('dependency_cycle', message, { errors: [{ path: 'subtasks', message }] });
};

function hasCycle(definitions: readonly ResolvedDefinition[]): boolean {
  let rest = definitions.map((_, index) => index);
  while (rest.length > 0) {
    const waiting = rest;
    const stuck = waiting.filter((index) =>
      definitions[index]?.siblings.some((sibling) => waiting.includes(sibling)),
    );
    if (stuck.length === waiting.length) return true;
    rest = stuck;
  }
  return false;
}

/** Tells siblings, by their description, from ids of other tasks. Two siblings of one description: the first is meant. */
export function resolveSiblings(
  definitions: readonly SubtaskDefinition[],
): Result<ResolvedDefinition[]> {
  const resolved = definitions.map(({ dependsOn }) => {
    const siblings = new Set<number>();
    const others = new Set<string>();
    for (const word of dependsOn) {
      const index = definitions.findIndex(({ description }) => description === word.trim());
      if (index === -1) others.add(word);
      else siblings.add(index);
    }
    return { siblings: [...siblings], others: [...others] };
  });
  return hasCycle(resolved) ? cycle() : ok(resolved);
}

export const waitsForParent = cycle;
