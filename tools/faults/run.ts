// One run: the parts in turn, each with a server and a state of its own, and what was found.
import { rmSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorker } from '../edge/build.ts';
import { type D1Plan, runD1Part } from './parts/d1.ts';
import { type FleetPlan, runFleetPart } from './parts/fleet.ts';
import type { Part } from './parts/part.ts';
import { type RunnersPlan, runRunnersPart } from './parts/runners.ts';
import { runServerPart, type ServerPlan } from './parts/server.ts';
import { Random } from './random.ts';
import { Report, type Say } from './report.ts';

export interface Plan {
  readonly seed: number;
  readonly server?: ServerPlan;
  readonly d1?: D1Plan;
  readonly runners?: RunnersPlan;
  readonly fleet?: FleetPlan;
}

/** Runs what is planned. The state is kept where something was found, and its place is said. */
export const runFaults = async (plan: Plan, say: Say): Promise<Report> => {
  const report = new Report(say);
  const random = new Random(plan.seed);
  const script = await buildWorker();
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'sluice-faults-')));
  report.say(`seed ${plan.seed}; state in ${dir}`);
  const take = async <P>(
    name: string,
    planned: P | undefined,
    runPart: (part: Part, plan: P) => Promise<void>,
  ): Promise<void> => {
    if (planned === undefined) return;
    const part = { dir: join(dir, name), script, random: random.fork(), report };
    try {
      await runPart(part, planned);
    } catch (error) {
      const evidence = error instanceof Error ? (error.stack ?? error.message) : String(error);
      report.violate({ what: `the part ${name} broke off`, evidence });
    }
  };
  await take('server', plan.server, runServerPart);
  await take('d1', plan.d1, runD1Part);
  await take('runners', plan.runners, runRunnersPart);
  await take('fleet', plan.fleet, runFleetPart);
  if (report.violations.length > 0) report.say(`the state is kept in ${dir}`);
  else rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  return report;
};
