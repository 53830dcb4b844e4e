// The frames of `GET /v1/webhooks/listen`: how a machine without a public address receives webhooks.

import { z } from 'zod';
import { ok, type Result, refuse } from './error.ts';
import { isKnownWish, unknownWish } from './told-types.ts';

/** How long an endpoint is kept for a listener that does not come back. */
export const LISTENER_IDLE_MS = 7 * 86_400_000;
/** How many types one listener names. */
const TYPES_MAX = 100;
/** Of a frame of the client, in characters. */
export const RESULT_CHARS_MAX = 4_096;

/** The first frame of the server. */
export interface ListenReady {
  readonly type: 'ready';
  readonly endpointId: string;
  /** With which what follows is signed. It stays the same while the endpoint is kept. */
  readonly secret: string;
}

/** One attempt of one delivery; the body is the very text that is signed. */
export interface ListenDelivery {
  readonly type: 'delivery';
  readonly deliveryId: string;
  readonly attempt: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the Worker tells the object of an endpoint of who comes to listen. */
export interface Greeting {
  readonly projectId: string;
  readonly ready: ListenReady;
}

/** The header by which it does; only the Worker reaches an object. */
export const GREETING_HEADER = 'x-sluice-greeting';

export type ListenFrame = ListenReady | ListenDelivery;

/** What became of an attempt. `status`: of the receiver's answer; null where it gave none. */
export const ListenResult = z.object({
  type: z.literal('result'),
  deliveryId: z.string().max(100),
  /** Of the attempt that is meant; without it, of the one that is under way. */
  attempt: z.int().positive().optional(),
  status: z.int().min(100).max(599).nullable(),
  durationMs: z.number().min(0).max(3_600_000),
});
export type ListenResult = z.infer<typeof ListenResult>;

/** The types that a query names, parted by commas; null: it names none. */
export function readWishes(text: string | undefined): Result<readonly string[] | null> {
  if (text === undefined || text === '') return ok(null);
  const wishes = [...new Set(text.split(',').map((wish) => wish.trim()))];
  if (wishes.length > TYPES_MAX) return wrongTypes(`Types must name at most ${TYPES_MAX}`);
  const unknown = wishes.find((wish) => !isKnownWish(wish));
  return unknown === undefined ? ok(wishes) : wrongTypes(unknownWish(unknown));
}

const wrongTypes = (message: string) =>
  refuse('invalid_request', message, { errors: [{ path: '?types', message }] });
