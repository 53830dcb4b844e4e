import type { TaskEvent } from '../../../src/contract/event.ts';
import type { Task } from '../../../src/contract/task.ts';

/** Said by somebody without a lease: what it leads to, at a gate or beyond, is theirs to go on with. */
const isReport = (event: TaskEvent): boolean =>
  (event.type === 'task:stage-changed' && event.data.workId === undefined) ||
  (event.type === 'gate:required' && event.data.held.kind !== 'work');

export const isEnded = ({ status }: Pick<Task, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';

/**
 * True for what has ended or waits for a person. What is queued or leased is for a runner to go on with, and what is at
 * work without a lease is nobody's, unless somebody without one has reported so since.
 */
export const isAtRest = (
  { status, lease }: Pick<Task, 'status' | 'lease'>,
  log: readonly TaskEvent[],
): boolean => {
  if (isEnded({ status }) || status === 'waiting-approval' || status === 'paused') return true;
  if (status === 'queued' || lease !== undefined) return false;
  return log.findLastIndex(isReport) > log.findLastIndex(({ type }) => type === 'lease:acquired');
};
