// As many events as the server takes, while it is killed again and again and three receivers are out of order.
import { pause } from '../faults/until.ts';
import { disturb } from './endpoints.ts';
import { Source } from './source.ts';
import type { World } from './world.ts';

const SOURCES = 12;
const POLL_MS = 20;
const PROGRESS_MS = 2_000;

/** Resolves when the events were made and the last kill is over. */
export const storm = async (world: World, events: number, kills: number): Promise<void> => {
  const { report, acknowledged } = world;
  const before = acknowledged.size;
  const made = () => acknowledged.size - before;
  const isOver = () => made() >= events || performance.now() > world.deadline;
  const sources = Array.from({ length: SOURCES }, () =>
    new Source({
      ...world,
      projectId: world.endpoints.projectId,
      random: world.random.fork(),
    }).run(isOver, () => Promise.resolve()),
  );
  const showing = setInterval(() => report.say(`  made ${made()} of ${events}`), PROGRESS_MS);
  try {
    await Promise.all([...sources, killInTurn(world, { kills, events, made, isOver })]);
  } finally {
    clearInterval(showing);
  }
};

interface Progress {
  readonly kills: number;
  readonly events: number;
  readonly made: () => number;
  readonly isOver: () => boolean;
}

const killInTurn = async (world: World, { kills, events, made, isOver }: Progress) => {
  const { server, report, random, endpoints } = world;
  for (let nth = 1; nth <= kills; nth += 1) {
    const at = Math.floor((events * (nth - 0.8 + 0.6 * random.next())) / kills);
    while (made() < at && !isOver()) await pause(POLL_MS);
    const faults = disturb(endpoints, random);
    await server.kill();
    const from = performance.now();
    await server.start();
    const tookMs = Math.round(performance.now() - from);
    report.add('kills of the server');
    report.top('slowest restart, ms', tookMs);
    report.say(`kill ${nth} after ${made()} events, up again in ${tookMs} ms; next: ${faults}`);
  }
};
