import type { Task } from '../contract/task.ts';

/** `task:state` is always first on a stream; it carries the `seq` it includes and is no event of the log. */
export function stateFrame(task: Task, nowMs: number): string {
  return JSON.stringify({
    type: 'task:state',
    taskId: task.id,
    timestamp: new Date(nowMs).toISOString(),
    data: task,
    seq: task.seq,
  });
}
