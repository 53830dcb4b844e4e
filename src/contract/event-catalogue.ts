// Every type of event that leaves a project: what it means, what is in it, and how it looks.

import { z } from 'zod';
import { API_VERSION } from './credential-field.ts';
import { EVENT_DATA } from './event-data.ts';
import { PLATFORM_SENTENCES, taskSentence } from './event-description.ts';
import { exampleOf } from './event-example.ts';
import { PlatformEvent, type PlatformType } from './platform-event.ts';
import { TOLD_TASK_EVENTS, TOLD_TYPES } from './told-types.ts';

export const EventTypeEntry = z
  .object({
    type: z.string().meta({ example: 'deployment.failed' }),
    description: z.string(),
    schema: z.record(z.string(), z.unknown()).meta({
      description: 'JSON Schema 2020-12 of the whole event, as `payload: full` brings it.',
    }),
    example: PlatformEvent,
  })
  .meta({ id: 'EventType' });
export type EventTypeEntry = z.infer<typeof EventTypeEntry>;

export const EventTypeList = z
  .object({ data: z.array(EventTypeEntry).max(200) })
  .meta({ id: 'EventTypeList' });
export type EventTypeList = z.infer<typeof EventTypeList>;

export function sentenceOf(type: string): string {
  const streamed = TOLD_TASK_EVENTS.get(type);
  return streamed === undefined ? PLATFORM_SENTENCES[type as PlatformType] : taskSentence(streamed);
}

/** The schema of a whole event of this type. */
export const eventSchema = (type: string) =>
  PlatformEvent.omit({ data: true }).extend({
    type: z.literal(type),
    data: EVENT_DATA.get(type) ?? z.record(z.string(), z.unknown()),
  });

function entryOf(type: string): EventTypeEntry {
  // Receivers are to take members that come later, so none is forbidden.
  const schema = z.toJSONSchema(eventSchema(type), { io: 'input', unrepresentable: 'any' });
  const example = exampleOf(schema) as PlatformEvent;
  return {
    type,
    description: sentenceOf(type),
    schema: schema as Readonly<Record<string, unknown>>,
    example: { ...example, apiVersion: API_VERSION, sequence: 4_711 },
  };
}

const entries = new Map<string, EventTypeEntry>();

/** What is said of one type; undefined for a type that there is not. */
export function eventType(type: string): EventTypeEntry | undefined {
  if (!TOLD_TYPES.includes(type)) return undefined;
  const entry = entries.get(type) ?? entryOf(type);
  entries.set(type, entry);
  return entry;
}

/** All of them, made at the first request for it. */
export const eventCatalogue = (): EventTypeList => ({
  data: TOLD_TYPES.flatMap((type) => eventType(type) ?? []),
});
