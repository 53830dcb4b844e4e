// Many tasks and several real runners, while everything that can go wrong does: runners killed, frozen, cut off, behind
// lines that are dead or say things twice, and the server killed beside them.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Autonomy } from '../../../src/contract/task.ts';
import { createTask } from '../create-task.ts';
import { Member } from '../crew.ts';
import { Disturber } from '../disturber.ts';
import { finishAll } from '../finish.ts';
import { killServer } from '../kill-server.ts';
import { MARK } from '../marks.ts';
import { GIT_PROJECT } from '../project.ts';
import type { Random } from '../random.ts';
import { makeRepository } from '../scratch-repository.ts';
import { isWithin, pause } from '../until.ts';
import { checkNothingLeft, checkStored } from '../verify.ts';
import { Watcher } from '../watcher.ts';
import type { World } from '../world.ts';
import { openWorld, type Part } from './part.ts';
import { settle } from './settle.ts';

export interface FleetPlan {
  readonly tasks: number;
  readonly runners: number;
  /** How long the faults go on. */
  readonly forMs: number;
  /** How long the server lives between two kills, on average. */
  readonly uptimeMs: number;
}

const AUTONOMIES: readonly Autonomy[] = ['full', 'full', 'full', 'review-before-merge'];
const WATCHED_SHARE = 0.1;
const CREATED_MS_MAX = 60_000;
/** A machine does so many tasks a second at the least once nothing disturbs it any more. */
const MS_A_TASK = 4_000;

const gather = async (
  world: World,
  runners: number,
  brand: readonly [string, string],
): Promise<readonly Member[]> => {
  const repoDir = join(world.dir, 'repo');
  await makeRepository(repoDir);
  const stateDir = join(world.dir, 'state');
  return Promise.all(
    Array.from({ length: runners }, (_, index) => {
      const name = `f${index + 1}`;
      const dir = join(world.dir, name);
      mkdirSync(dir, { recursive: true });
      const place = { repoDir, dir, stateDir, brand, concurrency: 2, workSeconds: 0.2 };
      return Member.make(world, name, place);
    }),
  );
};

/** Asks until it is known that the task is there: an answer may be lost with the server. */
const createAll = async (world: World, count: number, random: Random): Promise<Watcher[]> => {
  const watchers: Watcher[] = [];
  for (let nth = 1; nth <= count; nth += 1) {
    const description = `${MARK}Task ${nth} of a fleet`;
    const autonomy = AUTONOMIES[nth % AUTONOMIES.length] ?? 'full';
    const fields = { workflow: 'bugfix', autonomy, projectId: GIT_PROJECT };
    const taskId = await createTask(world, { description, ...fields });
    if (taskId === undefined) await isWithin(CREATED_MS_MAX, () => world.server.isUp);
    else if (random.isChance(WATCHED_SHARE)) {
      watchers.push(new Watcher(world.server.url, taskId, random.fork()));
    }
  }
  return watchers;
};

const killNowAndThen = async (
  world: World,
  random: Random,
  { uptimeMs, until }: { readonly uptimeMs: number; readonly until: number },
): Promise<void> => {
  for (let nth = 1; ; nth += 1) {
    await pause(uptimeMs * (0.5 + random.next()));
    if (performance.now() >= until) return;
    await killServer(world, nth);
  }
};

const disturbAll = async (
  world: World,
  crew: readonly Member[],
  { random, until }: { readonly random: Random; readonly until: number },
): Promise<void> => {
  const disturber = new Disturber(world, random);
  while (performance.now() < until) {
    await disturber.disturb(crew);
    await disturber.rest();
  }
  await disturber.end();
};

export const runFleetPart = async (part: Part, plan: FleetPlan): Promise<void> => {
  const { random, report } = part;
  const world = await openWorld(part);
  const brand = ['FAULTS_FLEET', world.dir] as const;
  const crew = await gather(world, plan.runners, brand);
  report.say(`fleet: ${plan.tasks} tasks, ${plan.runners} runners, at ${world.server.url}`);
  let watchers: readonly Watcher[] = [];
  let taskIds: readonly string[] = [];
  try {
    for (const member of crew) member.start();
    const until = performance.now() + plan.forMs;
    [watchers] = await Promise.all([
      createAll(world, plan.tasks, random.fork()),
      disturbAll(world, crew, { random: random.fork(), until }),
      killNowAndThen(world, random.fork(), { uptimeMs: plan.uptimeMs, until }),
    ]);
    for (const { cable } of crew) report.add('requests that came twice', cable.doubled);
    const made = [...world.ledger.taskIds()];
    const withinMs = plan.tasks * MS_A_TASK;
    report.violateAll(await finishAll(world, made, { random: random.fork(), withinMs }));
    taskIds = await settle(world, { watchers, repoDir: join(world.dir, 'repo') }, part);
  } finally {
    await Promise.all([...crew, ...watchers].map((one) => one.end()));
    await checkNothingLeft(world, brand);
    await world.server.stop();
  }
  checkStored(world, taskIds);
};
