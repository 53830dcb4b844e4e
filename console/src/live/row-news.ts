// What is told of tasks, put into their rows.

import type { Task } from '../../../src/contract/task.ts';
import { get } from '../api/ask.ts';
import { projectId } from '../api/session.ts';
import type { FeedEvent } from './feed.ts';
import { rowOfTask, withEvent } from './row-change.ts';
import { dropRows, isGone, putRows, rowOf } from './rows.ts';

const asked = new Set<string>();

/** Takes in one event of the feed. */
export function takeNews(event: FeedEvent): void {
  if (event.type === 'trash:emptied') {
    const { deletedTaskIds } = event.data;
    dropRows(Array.isArray(deletedTaskIds) ? deletedTaskIds : []);
    return;
  }
  const before = rowOf(event.taskId)?.peek();
  const after = withEvent(before, event);
  if (after !== undefined && after !== before) putRows([after]);
  else if (after === undefined && 'status' in event.data) void askFor(event.taskId);
}

/** Something has happened to a task that was never read: it is older than all that are. */
async function askFor(id: string): Promise<void> {
  if (id === '0' || isGone(id) || asked.has(id)) return;
  asked.add(id);
  const answer = await get<Task>(`/tasks/${id}`);
  asked.delete(id);
  // Another project may be shown by now.
  if (answer.ok && answer.value.projectId === projectId.peek()) putRows([rowOfTask(answer.value)]);
}
