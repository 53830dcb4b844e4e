// D1 made to fail for a while under load: no write is refused for it, and the listing catches up.
import type { Answered } from '../api.ts';
import { Load, type LoadSize } from '../load.ts';
import type { Report } from '../report.ts';
import { pause } from '../until.ts';
import { checkListing, checkNothingLeft, checkStored } from '../verify.ts';
import type { World } from '../world.ts';
import { openWorld, type Part } from './part.ts';
import { settle } from './settle.ts';

const BEFORE_MS = 3_000;
const AFTER_MS = 2_000;
const WRITE_MS_MAX = 5_000;

export interface D1Plan {
  readonly outageMs: number;
  readonly load: LoadSize;
}

/** Every write is answered while D1 is away, and soon: nothing of it dies, nothing waits. */
class Outage {
  isOn = false;
  readonly #report: Report;

  constructor(report: Report) {
    this.#report = report;
  }

  hear({ call, outcome, tookMs }: Answered): void {
    if (!this.isOn || (call.method ?? 'POST') !== 'POST') return;
    this.#report.add('writes without D1');
    this.#report.top('slowest write without D1, ms', Math.round(tookMs));
    const isLost = outcome.kind === 'in-doubt' || outcome.kind === 'unsent';
    if (!isLost && tookMs <= WRITE_MS_MAX) return;
    const what = `POST ${call.path} without D1`;
    const evidence = `${Math.round(tookMs)} ms, ${JSON.stringify(outcome)}`;
    this.#report.violate({ what, evidence });
  }
}

const goAway = async (
  { server, report }: World,
  outage: Outage,
  outageMs: number,
): Promise<void> => {
  await server.sql('ALTER TABLE tasks RENAME TO tasks_away');
  outage.isOn = true;
  report.say('D1: the table of the listing is gone');
  await pause(outageMs);
  outage.isOn = false;
  await server.sql('ALTER TABLE tasks_away RENAME TO tasks');
  report.add('outages of D1');
  report.say(
    `D1: it is back after ${outageMs} ms, ${report.count('writes without D1')} writes later`,
  );
};

export const runD1Part = async (part: Part, plan: D1Plan): Promise<void> => {
  const { random, report } = part;
  const outage = new Outage(report);
  const world = await openWorld(part, (answered) => outage.hear(answered));
  const load = new Load(world, plan.load, random.fork());
  report.say(`D1: away for ${plan.outageMs} ms under load, at ${world.server.url}`);
  let taskIds: readonly string[] = [];
  try {
    await load.start();
    await pause(BEFORE_MS);
    await goAway(world, outage, plan.outageMs);
    const from = performance.now();
    await pause(AFTER_MS);
    await load.calm();
    await checkListing(world);
    const seconds = (performance.now() - from) / 1_000;
    report.top('listing right again after the outage, s', Math.ceil(seconds));
    report.say(`D1: the listing is whole ${seconds.toFixed(1)} s after its return`);
    taskIds = await settle(world, load, part);
  } finally {
    await load.end();
    await checkNothingLeft(world, load.brand);
    await world.server.stop();
  }
  checkStored(world, taskIds);
};
