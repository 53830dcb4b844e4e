import fc from 'fast-check';
import { vi } from 'vitest';
import { type History, play, type Seed, seeds } from './histories.ts';
import type { Step } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });

/** `LAW_RUNS=20000 LAW_SEED=7` hunts for longer, or sees a fault again. */
const RUNS = Number(process.env['LAW_RUNS'] ?? 1_000);
const SEED = Number(process.env['LAW_SEED'] ?? Date.now() % 2_147_483_647);

let pool: readonly History[] | undefined;

/** The histories of this run, made once. */
export function histories(): readonly History[] {
  pool ??= fc.sample(seeds, { seed: SEED, numRuns: RUNS }).map(play);
  return pool;
}

/** A law of histories. It fails with the smallest history that breaks it, and the seed to see it again. */
export function holds(law: (history: History) => void): void {
  try {
    for (const history of histories()) law(history);
  } catch {
    const check = (seed: Seed): void => law(play(seed));
    fc.assert(fc.property(seeds, check), { seed: SEED, numRuns: RUNS });
    throw new Error('The law failed once and then held: it is not a law of its input.');
  }
}

/** A law of each single step. */
export function holdsAtEachStep(law: (step: Step) => void): void {
  holds(({ steps }) => {
    for (const step of steps) law(step);
  });
}
