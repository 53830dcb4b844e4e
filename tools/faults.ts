// `npm run faults`: what is killed, paused and cut off, and whether anything acknowledged is lost.
import { randomInt } from 'node:crypto';
import { readPlan } from './faults/options.ts';
import { runFaults } from './faults/run.ts';
import { endOnSignal } from './interruption.ts';

const SEED_MAX = 1_000_000;

export const run = async (args: readonly string[]): Promise<number> => {
  endOnSignal();
  try {
    const report = await runFaults(readPlan(args, randomInt(SEED_MAX)), console.log);
    console.log(`\n${report.table()}`);
    return report.violations.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
};
