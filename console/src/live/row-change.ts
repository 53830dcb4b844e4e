// What an event of the feed changes in the row of its task. Pure.

import type { TaskEvent } from '../../../src/contract/event.ts';
import type { TaskRow, TaskStatus, WaitingFor } from '../../../src/contract/task.ts';
import type { FeedEvent } from './feed.ts';

type Change = { readonly [K in keyof TaskRow]?: TaskRow[K] | undefined };

const MEMBERS: readonly (keyof TaskRow)[] = [
  ...(['id', 'projectId', 'description', 'status', 'workflow', 'autonomy', 'priority'] as const),
  ...(['effort', 'createdAt', 'updatedAt', 'usage', 'currentStage', 'agent', 'costLimit'] as const),
  ...(['branchName', 'prUrl', 'parentTaskId', 'waitingFor', 'error', 'completedAt'] as const),
  ...(['pausedAt', 'pauseReason', 'trashedAt', 'archivedAt'] as const),
];
const GOES_ON: Change = { pausedAt: undefined, pauseReason: undefined };

/** The row after the event; the same object where it changes nothing; undefined where nothing is known of the task. */
export function withEvent(row: TaskRow | undefined, event: FeedEvent): TaskRow | undefined {
  const { timestamp } = event;
  if (row !== undefined && timestamp < row.updatedAt) return row;
  const whole = wholeOf(event.data) ?? wholeOf(event.data['task']);
  if (whole !== null) return { ...rowOfTask(whole), updatedAt: timestamp };
  if (row === undefined) return undefined;
  // A frame of the feed that has a task is an event of that task; what is no such event has no case below.
  const change = changeOf(row, event as unknown as TaskEvent);
  return change === null ? row : changed(row, { ...change, updatedAt: timestamp });
}

/** Of a task, as events carry it, what a row shows; the rest is not kept. */
export function rowOfTask(task: TaskRow): TaskRow {
  const { subtaskIds = [] } = task;
  const kept = MEMBERS.flatMap((name) => (task[name] === undefined ? [] : [[name, task[name]]]));
  // The members of a row that a task has are those of its row.
  const row = Object.fromEntries(kept) as TaskRow;
  return subtaskIds.length === 0 ? row : { ...row, subtaskIds };
}

/** Many events carry the task as it is after them, in their data or as a member of it; others may have parts of one. */
const wholeOf = (data: unknown): TaskRow | null =>
  typeof data === 'object' && data !== null && 'description' in data && 'usage' in data
    ? // No event has these two members but in a task.
      (data as TaskRow)
    : null;

function changeOf(row: TaskRow, { type, data }: TaskEvent): Change | null {
  switch (type) {
    case 'task:queued': {
      const { status, waitingFor } = data;
      return { ...GOES_ON, status, waitingFor };
    }
    case 'task:stage-changed': {
      const { status, stage = row.currentStage, agent } = data;
      const known = stage === row.currentStage ? row.agent : undefined;
      return { ...GOES_ON, ...stood(row, status), currentStage: stage, agent: agent ?? known };
    }
    case 'gate:required':
      return { ...stood(row, data.status), ...(data.held === undefined ? {} : GOES_ON) };
    case 'gate:changes-requested': {
      const agent = data.stage === row.currentStage ? row.agent : undefined;
      return { ...stood(row, data.status), currentStage: data.stage, agent };
    }
    case 'usage:updated': {
      const { costMicros: _, model: __, ...usage } = data;
      const { withSubtasks } = row.usage;
      return { usage: withSubtasks === undefined ? usage : { ...usage, withSubtasks } };
    }
    case 'dependency:changed': {
      const isBlocked = row.status === 'pending' && data.blockedBy.length > 0;
      return { waitingFor: isBlocked ? 'dependency' : undefined };
    }
    case 'budget:extended':
      return data.limit === 'maxCostPerTask' ? { costLimit: data.to } : null;
    case 'subtask:created':
      return { subtaskIds: [...new Set([...(row.subtaskIds ?? []), data.subtask.id])] };
    case 'gate:vote':
      return null;
    default:
      return 'status' in data ? stood(row, data.status as TaskStatus) : null;
  }
}

/** A status, and what a task in it waits for. */
function stood(row: TaskRow, status: TaskStatus): Change {
  const waits: { readonly [S in TaskStatus]?: WaitingFor | undefined } = {
    queued: 'runner',
    'waiting-approval': 'gate',
    pending: row.status === 'pending' ? row.waitingFor : undefined,
  };
  return { status, waitingFor: waits[status] };
}

function changed(row: TaskRow, change: Change): TaskRow {
  const members = Object.entries({ ...row, ...change });
  // Only optional members are taken away, so what is left is a row.
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as TaskRow;
}
