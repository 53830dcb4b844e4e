import { z } from 'zod';
import { Holder } from './holder.ts';

/** The most that one batch may hold, and one event of it. */
export const BATCH = { events: 1_000, bytes: 1_048_576 } as const;
export const EVENT_BYTES_MAX = 65_536;
export const PRODUCERS_MAX = 8;

/** One event of a producer; `n` counts from 1 without holes per epoch and producer. */
export const ProducedEvent = z.object({
  n: z.int().min(1),
  type: z.string().max(100),
  at: z.iso.datetime().optional(),
  data: z.record(z.string(), z.unknown()),
});
export type ProducedEvent = z.infer<typeof ProducedEvent>;

export const EventsBody = Holder.extend({
  producer: z
    .string({ error: 'Producer must be a string' })
    .regex(/^[a-z0-9-]{1,32}$/, 'Producer must be 1 to 32 of a-z, 0-9 and -'),
  events: z
    .array(z.unknown(), { error: 'Events must be a list' })
    .min(1, 'Events must not be empty')
    .max(BATCH.events, `Events must be ${BATCH.events} or fewer`),
}).meta({ id: 'EventBatch' });
export type EventsBody = z.infer<typeof EventsBody>;

export const EventsAnswer = z
  .object({
    producer: z.string(),
    acked: z.number().int(),
    seq: z.number().int(),
    duplicates: z.number().int(),
    window: z.object({ frames: z.number().int(), bytes: z.number().int() }),
  })
  .meta({ id: 'EventBatchAnswer' });
export type EventsAnswer = z.infer<typeof EventsAnswer>;
