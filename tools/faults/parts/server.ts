// `kill -9` of the server in the middle of load, again and again, on the same state.
import { killServer } from '../kill-server.ts';
import { Load, type LoadSize } from '../load.ts';
import { pause } from '../until.ts';
import { checkNothingLeft, checkStored } from '../verify.ts';
import { openWorld, type Part } from './part.ts';
import { settle } from './settle.ts';

const LAST_LOAD_MS = 2_000;

export interface ServerPlan {
  readonly kills: number;
  /** How long it lives between two kills, on average. */
  readonly uptimeMs: number;
  readonly load: LoadSize;
}

export const runServerPart = async (part: Part, plan: ServerPlan): Promise<void> => {
  const { random, report } = part;
  const world = await openWorld(part);
  const load = new Load(world, plan.load, random.fork());
  report.say(`server: ${plan.kills} kills under load, at ${world.server.url}`);
  let taskIds: readonly string[] = [];
  try {
    await load.start();
    for (let nth = 1; nth <= plan.kills; nth += 1) {
      await pause(plan.uptimeMs * (0.2 + 1.6 * random.next()));
      await killServer(world, nth);
    }
    await pause(LAST_LOAD_MS);
    await load.calm();
    taskIds = await settle(world, load, part);
  } finally {
    await load.end();
    await checkNothingLeft(world, load.brand);
    await world.server.stop();
  }
  checkStored(world, taskIds);
};
