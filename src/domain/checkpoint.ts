import type { TaskEventType } from '../contract/event.ts';
import { CHECKPOINT_EVENTS } from '../contract/receipt.ts';

/** Where a task ends. */
export const END_EVENTS: ReadonlySet<TaskEventType> = new Set([
  'task:completed',
  'task:failed',
  'task:cancelled',
]);

/** The events after one and up to another whose number is round: there the log is signed, whatever they are. */
export function roundsBetween(after: number, to: number): readonly number[] {
  const first = Math.floor(after / CHECKPOINT_EVENTS) + 1;
  const count = Math.floor(to / CHECKPOINT_EVENTS) - first + 1;
  return Array.from(
    { length: Math.max(0, count) },
    (_, index) => (first + index) * CHECKPOINT_EVENTS,
  );
}
