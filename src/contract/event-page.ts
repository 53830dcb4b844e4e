import { z } from 'zod';
import { TaskEvent } from './event.ts';

/** Stands where the log keeps the numbers of events but no longer what they said. It is no event of the log. */
export const StreamGap = z
  .object({
    type: z.literal('stream:gap'),
    taskId: z.string(),
    timestamp: z.string().meta({ description: 'Of the last event that is missing.' }),
    data: z.object({
      from: z.number().int(),
      to: z.number().int(),
      reason: z.literal('pruned'),
    }),
    seq: z.number().int().meta({ description: 'The cursor behind the gap: `to`.' }),
  })
  .meta({ id: 'StreamGap' });
export type StreamGap = z.infer<typeof StreamGap>;

/** What a reader of the log is given, one after the other. */
export type StreamEvent = TaskEvent | StreamGap;

/** `last` is the cursor for the next call; `head` the newest event there is. */
export const EventPage = z
  .object({
    events: z.array(z.union([TaskEvent, StreamGap])),
    count: z.number().int().meta({ description: 'The entries of `events`; a gap is one.' }),
    last: z.number().int(),
    head: z.number().int(),
    end: z.literal(true).optional().meta({ description: 'Nothing can follow.' }),
  })
  .meta({ id: 'EventPage' });
