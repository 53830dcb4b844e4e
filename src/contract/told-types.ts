// The types of events that leave a project.

import { TaskEvent, type TaskEventType } from './event.ts';
import { typeOfTaskEvent } from './event-type.ts';
import { PLATFORM_TYPES } from './platform-event.ts';

/** Of task events, by the type that they are told as. */
export const TOLD_TASK_EVENTS: ReadonlyMap<string, TaskEventType> = new Map(
  TaskEvent.options.flatMap(({ shape }) => {
    const type = shape.type.value;
    const told = typeOfTaskEvent(type);
    return told === null ? [] : [[told, type] as const];
  }),
);

/** Every type of event that an endpoint can be told of, in the order of the catalogue. */
export const TOLD_TYPES: readonly string[] = [...PLATFORM_TYPES, ...TOLD_TASK_EVENTS.keys()];

const KNOWN: ReadonlySet<string> = new Set([
  '*',
  ...TOLD_TYPES,
  ...TOLD_TYPES.map((type) => `${type.slice(0, type.indexOf('.'))}.*`),
]);

/** Whether a wish means any event at all: exact, `group.*` or `*`. */
export const isKnownWish = (wish: string): boolean => KNOWN.has(wish);
