// After the faults: what goes on by itself, and who is waited for, until every task has ended.
import type { Task } from '../../src/contract/task.ts';
import { type Family, isAtRest, isEnded, openSubtasks } from './checks/rest.ts';
import { makeMove } from './make-move.ts';
import { MARK } from './marks.ts';
import { APPROVE, CANCEL, EXECUTE, FINISH, type Move, RESUME } from './moves.ts';
import type { Random } from './random.ts';
import type { Violation } from './report.ts';
import { inTurns } from './turns.ts';
import { isWithin, pause } from './until.ts';
import type { World } from './world.ts';

const ROUND_MS = 100;
const NEWEST = 12;

/** Those that the task waits for; one that was deleted for ever is not there. */
const familyOf = async ({ api }: World, task: Task): Promise<Family> => {
  const family = new Map<string, Task>();
  for (const id of [...task.blockedBy, ...task.subtaskIds]) {
    const seen = await api.send<Task>({ method: 'GET', path: `/tasks/${id}` });
    if (seen.kind === 'acknowledged') family.set(id, seen.body);
  }
  return family;
};

/** Not queued yet: what it needs is waited for, asked for, or will never come. */
const duePending = (task: Task, family: Family): Move | undefined => {
  if (task.blockedBy.length > 0) {
    const isHopeless = task.blockedBy.some((id) => {
      const dependency = family.get(id);
      return dependency === undefined || isEnded(dependency);
    });
    return isHopeless ? CANCEL : undefined;
  }
  return openSubtasks(task, family).length > 0 ? EXECUTE : RESUME;
};

/** What the task is waiting for from people; undefined where it goes on without them. */
const dueMove = (task: Task, family: Family): Move | undefined => {
  const { status, lease } = task;
  if (status === 'waiting-approval') return APPROVE;
  if (status === 'paused') return RESUME;
  if (status === 'pending') return duePending(task, family);
  const isWorking = status === 'planning' || status === 'in-progress';
  if (!isWorking || lease !== undefined) return undefined;
  return openSubtasks(task, family).length > 0 ? undefined : FINISH;
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

/** `settled`: it has nothing to do now, but others may still move it. */
type Standing = 'open' | 'settled' | 'over';

/** Looks at each task in rounds until none is open in the same round; those that still are at the end are found. */
const inRounds = async (
  world: World,
  taskIds: readonly string[],
  withinMs: number,
  tend: (task: Task, round: number) => Promise<Standing>,
): Promise<readonly Violation[]> => {
  const left = new Set(taskIds);
  let open: string[] = [];
  let round = 0;
  await isWithin(withinMs, async () => {
    round += 1;
    open = [];
    await inTurns([...left], async (taskId) => {
      const standing = await tend(await world.api.task(taskId), round);
      if (standing === 'over') left.delete(taskId);
      if (standing === 'open') open.push(taskId);
    });
    if (open.length > 0) await pause(ROUND_MS);
    return open.length === 0;
  });
  return Promise.all(open.map((taskId) => stuck(world, taskId)));
};

/** A parent that is tried again tries its subtasks again. */
const endedStanding = ({ parentTaskId }: Task): Standing =>
  parentTaskId === undefined ? 'over' : 'settled';

/** Waits until every task has ended or waits for a person: runners and clocks do the rest by themselves. */
export const awaitRest = (
  world: World,
  taskIds: readonly string[],
  withinMs: number,
): Promise<readonly Violation[]> =>
  inRounds(world, taskIds, withinMs, async (task) => {
    if (isEnded(task)) return endedStanding(task);
    const family = await familyOf(world, task);
    return isAtRest(task, await world.api.events(task.id), family) ? 'settled' : 'open';
  });

/** Drives every task to an end. */
export const finishAll = (
  world: World,
  taskIds: readonly string[],
  { random, withinMs }: { readonly random: Random; readonly withinMs: number },
): Promise<readonly Violation[]> =>
  inRounds(world, taskIds, withinMs, async (task, round) => {
    if (isEnded(task)) return endedStanding(task);
    const move = dueMove(task, await familyOf(world, task));
    const mark = `${MARK}finish ${task.id} ${round}`;
    if (move !== undefined) await makeMove(world, move, { task, mark, random });
    return 'open';
  });
