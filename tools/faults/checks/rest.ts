import type { TaskEvent } from '../../../src/contract/event.ts';
import type { Task } from '../../../src/contract/task.ts';

type Kin = Pick<Task, 'status' | 'blockedBy'>;
/** The subtasks of a task, and those that it waits for. */
export type Family = ReadonlyMap<string, Kin>;
type Subject = Pick<Task, 'status' | 'blockedBy' | 'subtaskIds'> & {
  readonly lease?: Task['lease'];
  readonly parentTaskId?: string | undefined;
};

/** Said by somebody without a lease: what it leads to, at a gate or beyond, is theirs to go on with. */
const isReport = (event: TaskEvent): boolean =>
  (event.type === 'task:stage-changed' && event.data.workId === undefined) ||
  (event.type === 'gate:required' && event.data.held?.kind !== 'work');

export const isEnded = ({ status }: Pick<Task, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/** The subtasks that have not ended. */
export const openSubtasks = ({ subtaskIds }: Pick<Task, 'subtaskIds'>, family: Family) =>
  subtaskIds.flatMap((id) => family.get(id) ?? []).filter((subtask) => !isEnded(subtask));

/** Not queued yet: it waits for other tasks, for its parent, or for somebody who starts it. */
const waitsRightly = (task: Subject, log: readonly TaskEvent[], family: Family): boolean => {
  if (task.blockedBy.length > 0) {
    return task.blockedBy.every((id) => family.get(id)?.status !== 'completed');
  }
  const isRestored = log.some(({ type }) => type === 'task:restored');
  if (isRestored || task.parentTaskId !== undefined) return true;
  return openSubtasks(task, family).length > 0;
};

/** At work on its subtasks, it needs one that is begun, or that waits for others. */
const executesRightly = (task: Subject, family: Family): boolean =>
  openSubtasks(task, family).some(
    ({ status, blockedBy }) => status !== 'pending' || blockedBy.length > 0,
  );

/**
 * True for what has ended or waits for a person or another task. What is queued or leased is for a runner to go on with,
 * and what is at work without a lease is nobody's, unless somebody without one has reported so since.
 */
export const isAtRest = (task: Subject, log: readonly TaskEvent[], family: Family): boolean => {
  const { status, lease } = task;
  if (isEnded({ status }) || status === 'waiting-approval' || status === 'paused') return true;
  if (status === 'queued' || lease !== undefined) return false;
  if (status === 'pending') return waitsRightly(task, log, family);
  const report = log.findLastIndex(isReport);
  const last = log[report];
  const executes = last?.type === 'task:stage-changed' && last.data.executes === true;
  if (executes && task.subtaskIds.length > 0) return executesRightly(task, family);
  return report > log.findLastIndex(({ type }) => type === 'lease:acquired');
};
