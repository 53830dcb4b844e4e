import { expect } from 'vitest';
import type { EventData, TaskEvent, TaskEventType } from '../../../src/contract/event.ts';

/** The data of all events of one type, in their order. */
export const dataOf = <T extends TaskEventType>(
  events: readonly TaskEvent[],
  type: T,
): EventData<T>[] =>
  events.flatMap((event) => (event.type === type ? [event.data as EventData<T>] : []));

/** What the log says in words, but for the checks before the merge. */
export const messagesOf = (events: readonly TaskEvent[]): string[] =>
  dataOf(events, 'log:entry')
    .filter(({ agent }) => agent !== 'check')
    .map(({ message }) => message);

/** `seq` is 1, 2, 3 … without a hole. */
export const expectGapless = (events: readonly TaskEvent[]): void => {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
};
