// After the faults: what goes on by itself, and who is waited for, until every task has ended.
import type { TaskEvent } from '../../src/contract/event.ts';
import type { Task } from '../../src/contract/task.ts';
import { APPROVE, FINISH, type Move, makeMove, RESUME } from './moves.ts';
import type { Random } from './random.ts';
import type { Violation } from './report.ts';
import { inTurns } from './turns.ts';
import { isWithin, pause } from './until.ts';
import type { World } from './world.ts';

const ROUND_MS = 300;
const NEWEST = 6;

export const isEnded = ({ status }: Pick<Task, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** What the task is waiting for from people; undefined where a runner has to go on. */
const dueMove = ({ status, lease }: Task): Move | undefined => {
  if (status === 'waiting-approval') return APPROVE;
  if (status === 'paused') return RESUME;
  if ((status === 'planning' || status === 'in-progress') && lease === undefined) return FINISH;
  return undefined;
};

const isReport = (event: TaskEvent): boolean =>
  event.type === 'task:stage-changed' && event.data.workId === undefined;

/** Somebody without a lease has said that it is at work, and will say how it ends. */
const isReported = (log: readonly TaskEvent[]): boolean =>
  log.findLastIndex(isReport) > log.findLastIndex(({ type }) => type === 'lease:acquired');

/** True for what has ended or waits for a person; what is queued or leased is for a runner to go on with. */
const isAtRest = async ({ api }: World, taskId: string): Promise<boolean> => {
  const task = await api.task(taskId);
  if (isEnded(task) || task.status === 'waiting-approval' || task.status === 'paused') return true;
  if (task.status === 'queued' || task.lease !== undefined) return false;
  return isReported(await api.events(taskId));
};

/** Where a task stands that is still open when all that could be done was done. */
const stuck = async ({ api }: World, taskId: string): Promise<Violation> => {
  const task = await api.task(taskId);
  const log = await api.events(taskId);
  const newest = log.slice(-NEWEST).map(({ seq, type, data }) => ({ seq, type, data }));
  const { status, lease, currentStage, waitingFor, waitingDetail } = task;
  const state = { status, currentStage, lease: lease?.expiresAt, waitingFor, waitingDetail };
  const evidence = `${JSON.stringify(state)} ${JSON.stringify(newest)}`;
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
  inRounds(world, taskIds, withinMs, async (taskId) =>
    (await isAtRest(world, taskId)) ? 'done' : 'open',
  );

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
