// How long an event takes to the healthy receivers, with and without the three that are not: in turns, so that whatever
// else the machine does falls on both.
import { pause } from '../faults/until.ts';
import { disturb, namesOf, setState } from './endpoints.ts';
import { percentile } from './percentile.ts';
import { Source } from './source.ts';
import { arrive, type World } from './world.ts';

const TURNS = 4;
const EVENTS_PER_SECOND = 20;
/** What three dead neighbours may cost. */
const RATIO_MAX = 1.2;

interface Window {
  readonly isDisturbed: boolean;
  readonly from: number;
  readonly to: number;
}

/** Says the percentiles, and whether the dead ones delay the others. */
export const measurePaced = async (world: World, events: number): Promise<void> => {
  const { api, endpoints, report, ledger, random } = world;
  const windows: Window[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const isDisturbed = turn % 2 === 1;
    await setState(api, endpoints.dead, isDisturbed ? 'enabled' : 'disabled');
    const faults = isDisturbed ? disturb(endpoints, random) : 'nobody';
    const from = Date.now();
    await makeEvents(world, Math.ceil(events / TURNS));
    windows.push({ isDisturbed, from, to: Date.now() });
    report.say(`paced: turn ${turn + 1} of ${TURNS}, out of order: ${faults}`);
    if (!(await arrive(world, endpoints.healthy, world.acknowledged.size))) return;
  }
  await setState(api, endpoints.dead, 'enabled');
  const within = (isDisturbed: boolean) => {
    const latencies = ledger.latencies(namesOf(endpoints.healthy), ({ happenedAt: at }) =>
      windows.some((one) => one.isDisturbed === isDisturbed && at >= one.from && at <= one.to),
    );
    return { p50: percentile(latencies, 50), p99: percentile(latencies, 99) };
  };
  const without = within(false);
  const withDead = within(true);
  const ratio = withDead.p99 / Math.max(1, without.p99);
  report.top('p50 without dead ones, ms', without.p50);
  report.top('p99 without dead ones, ms', without.p99);
  report.top('p50 with three dead ones, ms', withDead.p50);
  report.top('p99 with three dead ones, ms', withDead.p99);
  report.top('p99 with to p99 without', Number(ratio.toFixed(2)));
  if (ratio > RATIO_MAX) {
    const evidence = `p99 ${without.p99} ms without them, ${withDead.p99} ms with them`;
    report.violate({ what: 'dead endpoints delay the others', evidence });
  }
};

/** One after the other, at a pace that leaves the machine time. */
const makeEvents = async (world: World, events: number): Promise<void> => {
  const from = performance.now();
  let begun = 0;
  const source = new Source({
    ...world,
    projectId: world.endpoints.projectId,
    random: world.random.fork(),
  });
  await source.run(
    () => begun >= events,
    async () => {
      const dueAt = from + (begun * 1_000) / EVENTS_PER_SECOND;
      begun += 1;
      await pause(Math.max(0, dueAt - performance.now()));
    },
  );
};
