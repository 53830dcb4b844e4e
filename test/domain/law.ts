import fc from 'fast-check';
import { vi } from 'vitest';
import { type History, play, seeds } from './histories.ts';
import type { Step } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

/** `LAW_RUNS=20000 LAW_SEED=7` hunts for longer, or sees a fault again. */
const RUNS = Number(process.env['LAW_RUNS'] ?? 1_000);
const SEED = Number(process.env['LAW_SEED'] ?? Date.now() % 2_147_483_647);

export interface Pool<T> {
  /** Everything of this run, made once. */
  all(): readonly T[];
  /** A law of each. It fails with the smallest one that breaks it, and the seed to see it again. */
  holds(law: (one: T) => void): void;
}

/** What many laws look at is made once for all of them. */
export function poolOf<S, T>(from: fc.Arbitrary<S>, make: (seed: S) => T): Pool<T> {
  let pool: readonly T[] | undefined;
  const all = (): readonly T[] => {
    pool ??= fc.sample(from, { seed: SEED, numRuns: RUNS }).map(make);
    return pool;
  };
  const holds = (law: (one: T) => void): void => {
    try {
      for (const one of all()) law(one);
    } catch {
      const check = (seed: S): void => law(make(seed));
      fc.assert(fc.property(from, check), { seed: SEED, numRuns: RUNS });
      throw new Error('The law failed once and then held: it is not a law of its input.');
    }
  };
  return { all, holds };
}

const pool = poolOf(seeds, play);

export const histories = (): readonly History[] => pool.all();
export const holds = (law: (history: History) => void): void => pool.holds(law);

/** A law of each single step. */
export function holdsAtEachStep(law: (step: Step) => void): void {
  holds(({ steps }) => {
    for (const step of steps) law(step);
  });
}
