import { ok, type Result, refuse } from '../contract/error.ts';
import { TASK_STATUSES, type TaskStatus } from '../contract/task.ts';

/** Every status that can be reported: a task is queued by us alone. */
const ALL = TASK_STATUSES.filter((status) => status !== 'pending' && status !== 'queued');

/** What a status report may make of each status. Undecided gates may still hold the change. */
export const TRANSITIONS: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  pending: ALL,
  queued: ALL,
  planning: ALL,
  'in-progress': ALL.filter((status) => status !== 'planning'),
  'waiting-approval': ['failed', 'cancelled'],
  paused: ['planning', 'in-progress', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

export const cannotChange = (from: TaskStatus, to: TaskStatus) =>
  refuse('invalid_transition', `Cannot change status from ${from} to ${to}`);

/** Whether a report may ask for this change at all. */
export function mayReport(from: TaskStatus, to: TaskStatus): Result<null> {
  return TRANSITIONS[from].includes(to) ? ok(null) : cannotChange(from, to);
}
