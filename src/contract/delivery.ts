// What the object of a project hands to the object of a webhook endpoint, and what that tells of it.

import { z } from 'zod';

/** An event on its way to one endpoint: its bytes are made once, and these are signed and sent at every try. */
export interface Post {
  /** The project's number of the event; an endpoint belongs to one project, so it names the delivery too. */
  readonly sequence: number;
  readonly eventId: string;
  readonly type: string;
  readonly environment: string | null;
  /** In milliseconds. */
  readonly createdAt: number;
  /** As the endpoint wants it, full or thin. */
  readonly body: Uint8Array;
}

/** A value of an event that a filter asks for. */
export type FilterValue = string | number | boolean | null;
/** Dotted paths into the event and the values of which one has to stand there, e.g. `data.task.workflow`. */
export type EventFilter = Readonly<Record<string, readonly FilterValue[]>>;

/** What decides whether an event goes to an endpoint. */
export interface Addressee {
  readonly id: string;
  /** Exact, `group.*` or `*`. */
  readonly types: readonly string[];
  /** Null: all. What belongs to no environment passes in either case. */
  readonly environments: readonly string[] | null;
  readonly filter: EventFilter | null;
  readonly payload: 'full' | 'thin';
  /** It hears of nothing that happened before, in milliseconds. */
  readonly createdAt: number;
  readonly revision: number;
}

export const DELIVERY_STATES = ['pending', 'retrying', 'succeeded', 'exhausted', 'held'] as const;
export const DeliveryState = z.enum(DELIVERY_STATES).meta({
  description:
    'pending: not tried yet · retrying: tried, and to be tried again · held: the endpoint is disabled · exhausted: given up.',
});
export type DeliveryState = z.infer<typeof DeliveryState>;

/** How long the log of an endpoint is kept. */
export const DELIVERIES_KEPT_MS = 30 * 86_400_000;
/** Of an answer, in UTF-8. */
export const ANSWER_BYTES_KEPT = 4_096;
/** Of one delivery; older ones make room. */
export const ATTEMPTS_KEPT = 20;

export const DeliveryAttempt = z
  .object({
    n: z.int().meta({ description: '1, 2, 3 … as in the header `sluice-delivery-attempt`.' }),
    at: z.string(),
    status: z.int().nullable().meta({ description: 'Null: there was no answer.' }),
    durationMs: z.int(),
    error: z.string().nullable(),
    responseHeaders: z.record(z.string(), z.string()),
    responseBody: z.string().nullable().meta({ description: 'At most 4 KB, as text.' }),
    nextAt: z.string().nullable().meta({ description: 'When it is tried again.' }),
  })
  .meta({ id: 'DeliveryAttempt' });
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

export const Delivery = z
  .object({
    id: z.string().meta({ example: 'dlv_01k9z4v3m8x2c7q5t1w6y0b4na' }),
    eventId: z.string(),
    type: z.string(),
    state: DeliveryState,
    attempts: z.array(DeliveryAttempt).max(ATTEMPTS_KEPT),
    createdAt: z.string(),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof Delivery>;

/** One delivery, asked by its id. */
export const WholeDelivery = Delivery.extend({
  requestBody: z.string().nullable().meta({
    description: 'The bytes that are signed and sent; null once they have arrived.',
  }),
  attempts: z
    .array(DeliveryAttempt.extend({ requestHeaders: z.record(z.string(), z.string()) }))
    .max(ATTEMPTS_KEPT),
}).meta({ id: 'WholeDelivery' });
export type WholeDelivery = z.infer<typeof WholeDelivery>;

/** Which deliveries of one endpoint are asked for. */
export interface DeliveriesAsked {
  readonly state?: DeliveryState | undefined;
  /** Exact, `group.*` or `*`. */
  readonly type?: string | undefined;
  readonly eventId?: string | undefined;
  /** Those with a lower number; null: from the newest on. */
  readonly before: number | null;
  readonly limit: number;
}

export interface DeliveriesFound {
  /** Newest first, each with the number that the next page begins before. */
  readonly rows: readonly (Delivery & { readonly sequence: number })[];
  readonly hasMore: boolean;
  /** From where the next page goes on, where there is one: not every row was one that was asked for. */
  readonly next: number | null;
}

/** What became of the deliveries of a span of time. */
export interface DeliverySums {
  readonly delivered: number;
  readonly failed: number;
  readonly pending: number;
}
