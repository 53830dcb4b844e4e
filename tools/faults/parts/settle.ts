// The end of every part: what is left open is ended by those it waits for; then everything is looked at.
import { awaitRest, finishAll } from '../finish.ts';
import { checkListing, findTasks, verify } from '../verify.ts';
import type { Watcher } from '../watcher.ts';
import type { World } from '../world.ts';
import type { Part } from './part.ts';

/** A lost lease and a reservation that nobody answered, one after the other, and the queue. */
const REST_MS = 90_000;
/** More than a dead runner counts as online: what it gave back is kept for it as long. */
const FINISH_MS = 120_000;

interface Quiet {
  readonly watchers: readonly Watcher[];
  /** Undefined where no real runner was at work. */
  readonly repoDir: string | undefined;
}

const secondsSince = (from: number): string => ((performance.now() - from) / 1_000).toFixed(1);

/** To be called once nobody writes any more but the runners. Gives the tasks that there are. */
export const settle = async (
  world: World,
  quiet: Quiet,
  part: Part,
): Promise<readonly string[]> => {
  const { report, random } = part;
  const { watchers, repoDir } = quiet;
  let from = performance.now();
  report.violateAll(await awaitRest(world, await findTasks(world), REST_MS));
  await checkListing(world);
  report.say(`at rest and listed as it is after ${secondsSince(from)} s`);
  from = performance.now();
  const taskIds = await findTasks(world);
  report.violateAll(await finishAll(world, taskIds, { random, withinMs: FINISH_MS }));
  await checkListing(world);
  report.say(`all ${taskIds.length} tasks have ended and are listed after ${secondsSince(from)} s`);
  await verify(world, { taskIds, watchers, repoDir });
  report.say('every log, watcher and merge is looked at');
  report.add('acknowledged', world.ledger.count('acknowledged'));
  report.add('in doubt', world.ledger.count('in-doubt'));
  return taskIds;
};
