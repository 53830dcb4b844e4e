// The line of a runner to its project: it asks for work, and is given it as soon as there is some. A claim means what it
// means over HTTP: one `requestId` is one claim on both wires.

import { z } from 'zod';
import type { ErrorCode } from './error.ts';
import { fieldText } from './field.ts';
import { ClaimBody, type Grant, type QueueCounts } from './runner.ts';

/** Beyond this a line is closed with 4429: a runner has little to say here. */
export const LINE_FRAMES = { max: 60, withinMs: 10_000 } as const;
export const LINE_FRAME_CHARS_MAX = 4_096;
/** How many claims of a line may be open at a time; one of many slots is enough for most. */
export const OPEN_CLAIMS_MAX = 4;
/** Between two words about the queue. */
export const QUEUE_WORD_MS = 15_000;

const requestId = fieldText('RequestId', 100, { required: true });

/** What the runner says, beside the text `ping`. */
export const LineFrame = z.discriminatedUnion(
  't',
  [
    z.object({ t: z.literal('claim'), requestId, slots: ClaimBody.shape.slots }),
    z.object({ t: z.literal('unclaim'), requestId }),
    z.object({ t: z.literal('ack'), id: fieldText('Id', 100, { required: true }) }),
  ],
  { error: 'T must be one of: claim, unclaim, ack' },
);
export type LineFrame = z.infer<typeof LineFrame>;

/** What the project says. */
export type LineWord =
  | { t: 'grant'; grant: Grant }
  /** On a change, at most every 15 s, while a claim is open. */
  | { t: 'queue'; queue: QueueCounts }
  | { t: 'command'; id: string; type: 'drain'; data: Record<string, never> }
  /** `re`: the `requestId` that was refused, else the name of the frame. The line stays open. */
  | { t: 'error'; code: ErrorCode; error: string; re: string };
