// What becomes of a family that nobody disturbs, worked out the plain way: one subtask after the other, as long as there
// is one that may be done.

import type { Strategy } from '../../src/contract/subtask.ts';

export type End = 'completed' | 'failed' | 'cancelled';

/** A subtask, and how it will end once it is done; `waitsFor` are places of siblings. */
export interface Part {
  readonly waitsFor: readonly number[];
  readonly end: End;
}

export interface FamilyEnd {
  /** The end of each subtask; those that are never begun have none. */
  readonly ends: readonly (End | undefined)[];
  readonly failed: number;
  /** The error of the parent; without one it goes on. */
  readonly error: string | undefined;
}

export function familyEnd(strategy: Strategy, parts: readonly Part[]): FamilyEnd {
  const ends: (End | undefined)[] = parts.map(() => undefined);
  const mayBegin = ({ waitsFor }: Part, index: number): boolean =>
    ends[index] === undefined && waitsFor.every((sibling) => ends[sibling] === 'completed');
  for (;;) {
    const isStopped = strategy === 'sequential' && ends.includes('failed');
    const next = isStopped ? -1 : parts.findIndex(mayBegin);
    if (next === -1) break;
    ends[next] = parts[next]?.end;
  }
  const failed = ends.filter((end) => end === 'failed').length;
  return { ends, failed, error: failed === 0 ? undefined : `${failed} subtask(s) failed` };
}
