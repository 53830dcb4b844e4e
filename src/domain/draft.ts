import type { EventData, TaskEvent, TaskEventType } from '../contract/event.ts';

/** An event before it has its place in the log. */
export type Draft = {
  [T in TaskEventType]: { readonly type: T; readonly data: EventData<T> };
}[TaskEventType];

/** Which producer's numbers a decision has taken, and up to where. */
export interface Source {
  readonly producer: string;
  readonly to: number;
}

/** What shall happen. Without events and source nothing changes, and the command is answered as done. */
export interface Decision {
  readonly drafts: readonly Draft[];
  readonly source?: Source;
}

/** Events that state is not folded from; the log may drop their bodies one day. */
const TOLD_ONLY: ReadonlySet<TaskEventType> = new Set([
  'log:entry',
  'agent:message',
  'agent:thinking',
  'agent:tool-use',
  'agent:tool-result',
  'agent:progress',
]);

export const isFolded = (type: TaskEvent['type']): boolean => !TOLD_ONLY.has(type);
