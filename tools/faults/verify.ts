// Everything that must hold once it is quiet: each log, each watcher, the listing, the repository, no process left.
import { join } from 'node:path';
import type { TaskEvent } from '../../src/contract/event.ts';
import type { Task, TaskRow } from '../../src/contract/task.ts';
import { compareListing } from './checks/listing.ts';
import { checkLog } from './checks/log.ts';
import { checkMerged } from './checks/repository.ts';
import { compareStored, storedTasks } from './checks/stored.ts';
import { withEnvironment } from './process-tree.ts';
import { GIT_PROJECT } from './project.ts';
import type { Violation } from './report.ts';
import { commitsOf, complaintsOf, mergesOf } from './scratch-repository.ts';
import { inTurns } from './turns.ts';
import { isWithin } from './until.ts';
import type { Watcher } from './watcher.ts';
import type { World } from './world.ts';

const LISTED_MS_MAX = 60_000;
const WATCHED_MS_MAX = 20_000;
const LEFT_MS_MAX = 10_000;

const readRows = async ({ api }: World): Promise<readonly TaskRow[]> => [
  ...(await api.rows()),
  ...(await api.rows(GIT_PROJECT)),
];

/** Every task there is, by what was acknowledged and what is listed. */
export const findTasks = async (world: World): Promise<readonly string[]> => {
  const listed = (await readRows(world)).map(({ id }) => id);
  return [...new Set([...world.ledger.taskIds(), ...listed])].sort();
};

/** Every row is of a task that was asked for, and no task was made twice. */
const checkCreations = async (world: World): Promise<void> => {
  const { ledger, report } = world;
  const made = new Map<string, string>();
  for (const { id, description } of await readRows(world)) {
    const creation = ledger.creations.get(description);
    if (creation === undefined || creation.standing === 'refused') {
      report.violate({ taskId: id, what: 'nobody has created it', evidence: description });
    }
    const other = made.get(description) ?? creation?.taskId ?? id;
    const evidence = `${description}: ${other}`;
    if (other !== id) report.violate({ taskId: id, what: 'was created twice', evidence });
    made.set(description, id);
  }
};

/** The listing equals the tasks, within a minute; how long it took. */
export const checkListing = async (world: World): Promise<number> => {
  const from = performance.now();
  let left: readonly Violation[] = [];
  await isWithin(LISTED_MS_MAX, async () => {
    const tasks: Task[] = [];
    await inTurns(await findTasks(world), async (taskId) => {
      tasks.push(await world.api.task(taskId));
    });
    left = compareListing(await readRows(world), tasks);
    return left.length === 0;
  });
  world.report.violateAll(left);
  return (performance.now() - from) / 1_000;
};

interface Scene {
  readonly taskIds: readonly string[];
  readonly watchers: readonly Watcher[];
  /** Undefined where no real runner was at work. */
  readonly repoDir: string | undefined;
}

/** All that can be checked while the server is up and nobody writes any more. */
export const verify = async (world: World, scene: Scene): Promise<void> => {
  const { api, ledger, report } = world;
  const { taskIds, watchers, repoDir } = scene;
  const logs = new Map<string, readonly TaskEvent[]>();
  await checkCreations(world);
  await inTurns(taskIds, async (taskId) => {
    const log = await api.events(taskId);
    logs.set(taskId, log);
    report.add('events checked', log.length);
    const noted = { facts: ledger.factsOf(taskId), tallies: ledger.talliesOf(taskId) };
    report.violateAll(checkLog(taskId, log, noted));
  });
  report.add('tasks checked', taskIds.length);
  for (const watcher of watchers) {
    const log = logs.get(watcher.taskId) ?? [];
    await isWithin(WATCHED_MS_MAX, () => watcher.last >= log.length);
    report.violateAll(watcher.compare(log));
    report.add('watchers checked');
    report.add('connections of watchers', watcher.connections);
  }
  if (repoDir !== undefined) await checkRepository(world, repoDir, logs);
};

const checkRepository = async (
  { api, report }: World,
  repoDir: string,
  logs: ReadonlyMap<string, readonly TaskEvent[]>,
): Promise<void> => {
  const merged = { commits: await commitsOf(repoDir), merges: await mergesOf(repoDir) };
  const evidence = await complaintsOf(repoDir);
  if (evidence !== '') report.violate({ what: 'git finds the repository broken', evidence });
  for (const { id } of await api.rows(GIT_PROJECT)) {
    report.violateAll(checkMerged(merged, await api.task(id), logs.get(id) ?? []));
  }
  report.add('merges on main', merged.merges.length);
};

/** No runner, no agent and nothing that they have started lives on. */
export const checkNothingLeft = async (
  { report }: World,
  [name, value]: readonly [string, string],
): Promise<void> => {
  const left = () => withEnvironment(`${name}=${value}`);
  if (await isWithin(LEFT_MS_MAX, () => left().length === 0)) return;
  for (const { pid, command } of left()) {
    report.violate({ what: `process ${pid} is left`, evidence: command });
  }
};

/** What the objects of a server that has ended hold, against what is known of it. */
export const checkStored = ({ report, dir }: World, taskIds: readonly string[]): void => {
  report.violateAll(compareStored(storedTasks(join(dir, 'server')), taskIds));
};
