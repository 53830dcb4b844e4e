import { type JsonText, toJsonText } from '../contract/json-text.ts';
import type { Task } from '../contract/task.ts';

type Waiting = Pick<Task, 'waitingFor' | 'waitingDetail'>;

/** A task as JSON. One that waits for others has what it says of that apart, for its project may know better. */
export interface TaskText {
  readonly projectId: string;
  readonly json: JsonText<Task>;
  readonly waiting: JsonText<Waiting> | null;
}

export function taskText(task: Task): TaskText {
  const { projectId, waitingFor, waitingDetail } = task;
  const waits = waitingFor === 'runner' || waitingFor === 'dependency';
  if (!waits) return { projectId, json: toJsonText(task), waiting: null };
  const { waitingFor: _, waitingDetail: __, ...rest } = task;
  const detail = waitingDetail === undefined ? {} : { waitingDetail };
  return { projectId, json: toJsonText(rest), waiting: toJsonText({ waitingFor, ...detail }) };
}
