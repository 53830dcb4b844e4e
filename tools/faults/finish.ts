// After the faults: what goes on by itself, and who is waited for, until every task has ended.
import type { Task } from '../../src/contract/task.ts';
import { isAtRest, isEnded } from './checks/rest.ts';
import { APPROVE, FINISH, type Move, makeMove, RESUME } from './moves.ts';
import type { Random } from './random.ts';
import type { Violation } from './report.ts';
import { inTurns } from './turns.ts';
import { isWithin, pause } from './until.ts';
import type { World } from './world.ts';

const ROUND_MS = 300;
const NEWEST = 12;

/** What the task is waiting for from people; undefined where a runner has to go on. */
const dueMove = ({ status, lease }: Task): Move | undefined => {
  if (status === 'waiting-approval') return APPROVE;
  if (status === 'paused') return RESUME;
  if ((status === 'planning' || status === 'in-progress') && lease === undefined) return FINISH;
  return undefined;
};

/** Where a task stands that is still open when all that could be done was done. */
const stuck = async ({ api }: World, taskId: string): Promise<Violation> => {
  const task = await api.task(taskId);
  const log = await api.events(taskId);
  const newest = log.slice(-NEWEST).map(({ seq, type }) => `${seq} ${type}`);
  const { status, lease, currentStage, waitingFor, waitingDetail } = task;
  const state = { status, currentStage, lease: lease?.expiresAt, waitingFor, waitingDetail };
  const evidence = `${JSON.stringify(state)} ${newest.join(', ')} ${JSON.stringify(log.at(-1))}`;
  return { taskId, what: `does not go on, and is ${status}`, evidence };
};

/** Tends each open task in rounds; those that are still open at the end are found. */
const inRounds = async (
  world: World,
  taskIds: readonly string[],
  withinMs: number,
  tend: (taskId: string, round: number) => Promise<'open' | 'done'>,
): Promise<readonly Violation[]> => {
  const open = new Set(taskIds);
  let round = 0;
  await isWithin(withinMs, async () => {
    round += 1;
    await inTurns([...open], async (taskId) => {
      if ((await tend(taskId, round)) === 'done') open.delete(taskId);
    });
    if (open.size > 0) await pause(ROUND_MS);
    return open.size === 0;
  });
  return Promise.all([...open].map((taskId) => stuck(world, taskId)));
};

/** Waits until every task has ended or waits for a person: runners and clocks do the rest by themselves. */
export const awaitRest = (
  world: World,
  taskIds: readonly string[],
  withinMs: number,
): Promise<readonly Violation[]> =>
  inRounds(world, taskIds, withinMs, async (taskId) => {
    const task = await world.api.task(taskId);
    return isAtRest(task, await world.api.events(taskId)) ? 'done' : 'open';
  });

/** Drives every task to an end. */
export const finishAll = (
  world: World,
  taskIds: readonly string[],
  { random, withinMs }: { readonly random: Random; readonly withinMs: number },
): Promise<readonly Violation[]> =>
  inRounds(world, taskIds, withinMs, async (taskId, round) => {
    const task = await world.api.task(taskId);
    const move = dueMove(task);
    const mark = `finish ${taskId} ${round}`;
    if (move !== undefined) await makeMove(world, move, { task, mark, random });
    return isEnded(task) ? 'done' : 'open';
  });
