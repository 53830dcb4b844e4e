import type { TaskEvent } from '../contract/event.ts';
import { withChange } from './change.ts';
import type { TaskState } from './task.ts';

export type MessageEvent = Extract<TaskEvent, { type: 'task:message' }>;

/** Folds what a person has said: it waits to be heard. */
export function evolveMessage(state: TaskState, { timestamp, data }: MessageEvent): TaskState {
  const message = { id: data.messageId, from: data.from, text: data.text, at: timestamp };
  return withChange(state, { messages: [...(state.messages ?? []), message] });
}

/** Whoever is given a stage reads in its prompt all that was said before. */
export const givenWith = ({ messages = [] }: TaskState, workId: string): Messages =>
  messages.length === 0 ? {} : { messages: messages.map((message) => ({ ...message, workId })) };

/** What stood in the prompt of a stage that is done has been heard. */
export function heardBy({ messages = [] }: TaskState, workId: string): Messages {
  const unheard = messages.filter((message) => message.workId !== workId);
  return unheard.length === messages.length ? {} : { messages: unheard };
}

type Messages = Partial<Pick<TaskState, 'messages'>>;
