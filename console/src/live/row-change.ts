// What an event of the feed changes in the row of its task. Pure.

import type { TaskRow } from '../../../src/contract/task.ts';
import type { FeedEvent } from './feed.ts';

/** The row after the event; the same object where it changes nothing; undefined where nothing is known of the task. */
export function withEvent(row: TaskRow | undefined, event: FeedEvent): TaskRow | undefined {
  const { type, data, timestamp } = event;
  // Events carry the task as it is then, or members of it; what they leave out has not changed.
  const whole = type === 'task:created' || type === 'task:started' ? data : data['task'];
  const told = typeof whole === 'object' && whole !== null ? (whole as Partial<TaskRow>) : {};
  if (row === undefined) return type === 'task:created' ? ({ ...told } as TaskRow) : undefined;
  if (timestamp < row.updatedAt) return row;
  const status = data['status'] as TaskRow['status'] | undefined;
  return {
    ...row,
    ...told,
    ...(status === undefined ? {} : { status }),
    ...(type === 'usage:updated' ? { usage: data as TaskRow['usage'] } : {}),
    ...(typeof data['stage'] === 'string' ? { currentStage: data['stage'] } : {}),
    updatedAt: timestamp,
  };
}
