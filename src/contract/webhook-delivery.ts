import { z } from 'zod';
import { DELIVERY_STATES, Delivery } from './delivery.ts';
import { queryInteger, queryText } from './field.ts';
import { listingOf } from './listing.ts';

/** There are as many as there are events, so they are not counted: `page` and `total` are null. */
export const DeliveryList = listingOf(Delivery, 'DeliveryList');
export type DeliveryList = z.infer<typeof DeliveryList>;

export const DeliveriesQuery = z.object({
  state: z
    .enum(DELIVERY_STATES, { error: `State must be one of: ${DELIVERY_STATES.join(', ')}` })
    .optional(),
  type: queryText('Type', 100).optional().meta({ description: 'Exact, `group.*` or `*`.' }),
  eventId: queryText('EventId', 64).optional(),
  page: queryText('Page', 10)
    .refine((page) => page === '1', 'Page must be 1: go on with cursor')
    .optional()
    .meta({ description: 'Deliveries are not counted: only the first page has a number.' }),
  limit: queryInteger('Limit', 1, 100, 25),
  cursor: queryText('Cursor', 400).optional(),
});
export type DeliveriesQuery = z.infer<typeof DeliveriesQuery>;

export const DeliveryParams = z.object({
  id: z.string().meta({ example: 'whe_01k9z4v3m8x2c7q5t1w6y0b4na' }),
  deliveryId: z.string().meta({ example: 'dlv_01k9z4v3m8x2c7q5t1w6y0b4na' }),
});

/** A reader may wait so long for the next attempt. */
const WAIT_SECONDS_MAX = 20;
export const DeliveryQuery = z.object({
  after: queryInteger('After', 0, Number.MAX_SAFE_INTEGER, 0).meta({
    description: 'With `wait`: the `n` of the last attempt that is known.',
  }),
  wait: queryInteger('Wait', 0, WAIT_SECONDS_MAX, 0).meta({
    description: 'Seconds in which an attempt after `after` is waited for. Default: none.',
  }),
});
export type DeliveryQuery = z.infer<typeof DeliveryQuery>;

export const Tested = z
  .object({ eventId: z.string(), deliveryId: z.string() })
  .meta({ id: 'WebhookTested' });
export type Tested = z.infer<typeof Tested>;

export const Redelivered = z.object({ deliveryId: z.string() }).meta({ id: 'WebhookRedelivered' });
export type Redelivered = z.infer<typeof Redelivered>;

export const Queued = z
  .object({ queued: z.int().meta({ description: 'Deliveries that go again.' }) })
  .meta({ id: 'WebhookQueued' });
export type Queued = z.infer<typeof Queued>;

export const Replayed = Queued.extend({
  nextSince: z.string().nullable().meta({
    description: 'Where there are more than 1,000: the `since` of the next call. Else null.',
  }),
}).meta({ id: 'WebhookReplayed' });
export type Replayed = z.infer<typeof Replayed>;
