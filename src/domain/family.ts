import type { Plan } from '../contract/plan.ts';
import type { TaskStatus } from '../contract/task.ts';
import { isEnded, isWorking, type SubtaskState, type TaskState } from './task.ts';

const isMissing = ({ status, again }: SubtaskState): boolean =>
  again === undefined && (status === 'failed' || status === 'cancelled');

/** Waits for a sibling whose work will not come, be it through others. */
function isBlocked(
  subtask: SubtaskState,
  all: readonly SubtaskState[],
  seen: readonly string[] = [],
): boolean {
  const isToBegin = subtask.status === 'pending' || subtask.again === true;
  if (!isToBegin || seen.includes(subtask.id)) return false;
  return subtask.dependsOn.some((id) => {
    const sibling = all.find((known) => known.id === id);
    if (sibling === undefined) return false;
    return isMissing(sibling) || isBlocked(sibling, all, [...seen, subtask.id]);
  });
}

const hasBegun = ({ status, again }: SubtaskState): boolean =>
  again === undefined && status !== 'pending';

export const failedSubtasks = ({ subtasks }: TaskState): readonly SubtaskState[] =>
  subtasks.filter(({ status, again }) => status === 'failed' && again === undefined);

/**
 * The subtasks that a task still waits for. One that is blocked by a sibling that failed or was cancelled is none, and
 * in sequence none is begun after a failure.
 */
export function openSubtasks(state: TaskState): readonly SubtaskState[] {
  const { subtasks, strategy } = state;
  const stopped = strategy === 'sequential' && failedSubtasks(state).length > 0;
  return subtasks.filter((subtask) => {
    if (isBlocked(subtask, subtasks)) return false;
    if (subtask.again !== undefined) return !stopped;
    if (isEnded(subtask.status)) return false;
    return !stopped || hasBegun(subtask);
  });
}

/** What a task asks of a subtask. Each is harmless when it is asked again. */
export interface SubtaskOrder {
  readonly id: string;
  /** The attempt that it is about, as far as the parent knows. */
  readonly attempt: number;
  readonly order: 'start' | 'cancel' | 'retry';
}

const isReady = (subtask: SubtaskState, all: readonly SubtaskState[]): boolean =>
  subtask.dependsOn.every((id) => {
    const sibling = all.find((known) => known.id === id);
    return sibling === undefined || (sibling.status === 'completed' && !sibling.again);
  });

/** The subtasks that may be at work now: in sequence the first that waits for no sibling, else all of them. */
function due(state: TaskState): readonly SubtaskState[] {
  const open = openSubtasks(state);
  if (state.strategy !== 'sequential') return open;
  const atWork = open.filter(hasBegun);
  if (atWork.length > 0) return atWork;
  return open.filter((subtask) => isReady(subtask, state.subtasks)).slice(0, 1);
}

/** What has to be asked of the subtasks, from the state alone: so a repeated telling asks the same. */
export function subtaskOrders(state: TaskState): SubtaskOrder[] {
  const stopped = state.subtasks.filter(({ stop }) => stop === true);
  if (stopped.length > 0)
    return stopped.map(({ id, attempt }) => ({ id, attempt, order: 'cancel' }));
  if (!state.executing || !isWorking(state.status)) return [];
  return due(state)
    .filter((subtask) => !hasBegun(subtask))
    .map(({ id, attempt, again }) => ({
      id,
      attempt,
      order: again === undefined ? 'start' : 'retry',
    }));
}

/** The plan that a subtask inherits: merging is guarded where its parent merges. */
export const withoutMergeGates = (plan: Plan): Plan => ({
  ...plan,
  gates: plan.gates.filter(({ guards }) => guards !== 'merge'),
});

/** What a pause of one subtask makes of its parent. */
export const pauseReasonFor = (subtaskId: string): string => `subtask_paused:${subtaskId}`;

/** How many subtasks stand where; queued ones are pending, every other open one is in progress. */
export function countByStatus(statuses: readonly TaskStatus[]) {
  const count = (...wanted: readonly TaskStatus[]): number =>
    statuses.filter((status) => wanted.includes(status)).length;
  const [completed, failed, cancelled] = [count('completed'), count('failed'), count('cancelled')];
  const pending = count('pending', 'queued');
  const total = statuses.length;
  const inProgress = total - completed - failed - cancelled - pending;
  return { total, completed, failed, pending, inProgress, cancelled };
}
