// One run: a server, ten endpoints, many events, and what was found.
import { rmSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorker } from '../edge/build.ts';
import { Api } from '../faults/api.ts';
import { EdgeServer } from '../faults/edge-server.ts';
import { Random } from '../faults/random.ts';
import { Report, type Say } from '../faults/report.ts';
import { checkOrder } from './checks.ts';
import { disturb, openEndpoints } from './endpoints.ts';
import { ArrivalLedger } from './ledger.ts';
import { measurePaced } from './paced.ts';
import { settle } from './settle.ts';
import { storm } from './storm.ts';
import type { World } from './world.ts';

export interface DeliveryPlan {
  readonly seed: number;
  /** Of all parts together. */
  readonly events: number;
  readonly kills: number;
  /** Of them, those by which the delay is measured; 0: it is not. */
  readonly pacedEvents: number;
  /** After that the run has failed. */
  readonly msMax: number;
}

/** Runs what is planned. The state is kept where something was found, and its place is said. */
export const runDeliveries = async (plan: DeliveryPlan, say: Say): Promise<Report> => {
  const deadline = performance.now() + plan.msMax;
  const report = new Report(say);
  const random = new Random(plan.seed);
  const script = await buildWorker();
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'sluice-deliveries-')));
  report.say(`seed ${plan.seed}; state in ${dir}`);
  const server = await EdgeServer.start({
    dir,
    script,
    random: random.fork(),
    hasLoopbackTargets: true,
  });
  const api = new Api(server.url);
  const ledger = new ArrivalLedger();
  try {
    const endpoints = await openEndpoints(api, { ledger, random: random.fork() });
    const world: World = {
      ...{ server, api, report, random, ledger, endpoints, deadline },
      acknowledged: new Set(),
    };
    try {
      await runParts(world, plan);
    } finally {
      for (const { receiver } of [...endpoints.healthy, ...endpoints.dead]) receiver.stop();
    }
  } catch (error) {
    const evidence = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report.violate({ what: 'the run broke off', evidence });
  } finally {
    await server.stop();
  }
  if (report.violations.length > 0) report.say(`the state is kept in ${dir}`);
  else rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  return report;
};

const runParts = async (world: World, plan: DeliveryPlan): Promise<void> => {
  const { report, ledger, endpoints, random } = world;
  report.say(`ten endpoints of ${endpoints.projectId} at ${world.server.url}`);
  if (plan.pacedEvents > 0) await measurePaced(world, plan.pacedEvents);
  report.say(`storm: ${plan.kills} kills; out of order: ${disturb(endpoints, random)}`);
  await storm(world, Math.max(0, plan.events - world.acknowledged.size), plan.kills);
  await settle(world);
  const inOrder = endpoints.healthy.at(-1)?.receiver.name ?? '';
  report.violateAll(checkOrder(inOrder, ledger.sequencesOf(inOrder)));
  report.violateAll(ledger.odd);
  const { tries, twice } = ledger.totals();
  report.add('deliveries tried', tries);
  report.add('events taken more than once', twice);
};
