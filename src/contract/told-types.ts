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

/** The sentence for one that means none. It names what looks like a type, so that a typing error is found. */
export const unknownWish = (wish: string): string => {
  const named = /^[a-z0-9_.*-]{1,60}$/i.test(wish) ? ` "${wish}"` : '';
  return `No event has the type${named}: see GET /v1/event-types`;
};
