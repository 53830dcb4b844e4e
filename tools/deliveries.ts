// `npm run deliveries`: whether every event reaches every receiver, while the server is killed and some receivers fail.
import { randomInt } from 'node:crypto';
import { readDeliveryPlan } from './deliveries/options.ts';
import { runDeliveries } from './deliveries/run.ts';
import { endOnSignal } from './interruption.ts';

const SEED_MAX = 1_000_000;

export const run = async (args: readonly string[]): Promise<number> => {
  endOnSignal();
  try {
    const report = await runDeliveries(readDeliveryPlan(args, randomInt(SEED_MAX)), console.log);
    console.log(`\n${report.table()}`);
    return report.violations.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
};
