// Runners killed, frozen and cut off: their tasks are taken over, each ends once, and zombies change nothing.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Member } from '../crew.ts';
import { makeRepository } from '../scratch-repository.ts';
import { checkNothingLeft, checkStored } from '../verify.ts';
import type { Watcher } from '../watcher.ts';
import type { World } from '../world.ts';
import { runChaos } from './chaos.ts';
import { openWorld, type Part } from './part.ts';
import { settle } from './settle.ts';
import { takeOver } from './takeover.ts';
import { raiseZombie } from './zombie.ts';

export interface RunnersPlan {
  /** How long random faults follow the planned ones. */
  readonly chaosMs: number;
}

type Crew = readonly [Member, Member, Member, Member];

const gather = async (world: World, brand: readonly [string, string]): Promise<Crew> => {
  const repoDir = join(world.dir, 'repo');
  await makeRepository(repoDir);
  const make = (name: string, concurrency: number): Promise<Member> => {
    const dir = join(world.dir, name);
    mkdirSync(dir, { recursive: true });
    const stateDir = join(world.dir, 'state');
    return Member.make(world, name, { repoDir, dir, stateDir, brand, concurrency, workSeconds: 1 });
  };
  return [await make('r1', 1), await make('r2', 1), await make('r3', 1), await make('r4', 3)];
};

export const runRunnersPart = async (part: Part, plan: RunnersPlan): Promise<void> => {
  const { random, report } = part;
  const world = await openWorld(part);
  const brand = ['FAULTS_CREW', world.dir] as const;
  const crew = await gather(world, brand);
  const watchers: Watcher[] = [];
  report.say(`runners: killed, frozen and cut off, at ${world.server.url}`);
  let taskIds: readonly string[] = [];
  try {
    const disturb = async (): Promise<void> => {
      watchers.push(...(await takeOver(world, crew, random.fork())));
      await runChaos(world, crew, { random: random.fork(), forMs: plan.chaosMs });
    };
    await Promise.all([raiseZombie(world, random.fork()), disturb()]);
    taskIds = await settle(world, { watchers, repoDir: join(world.dir, 'repo') }, part);
  } finally {
    await Promise.all([...crew, ...watchers].map((one) => one.end()));
    await checkNothingLeft(world, brand);
    await world.server.stop();
  }
  checkStored(world, taskIds);
};
