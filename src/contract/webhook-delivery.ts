import { z } from 'zod';
import { queryInteger, queryText } from './field.ts';

export const DELIVERY_STATES = ['pending', 'retrying', 'succeeded', 'exhausted', 'held'] as const;

const instant = z.iso.datetime();

const attempt = {
  n: z.int().meta({ description: 'From 1 on.' }),
  at: instant,
  status: z.int().nullable().meta({ description: 'Null where there was no answer.' }),
  durationMs: z.int(),
  error: z.string().nullable(),
  responseHeaders: z
    .record(z.string(), z.string())
    .meta({ description: '`content-type` and `retry-after` only.' }),
  responseBody: z.string().nullable().meta({ description: 'Of at most 4 KB.' }),
  nextAt: instant.nullable().meta({ description: 'When the next one is due.' }),
};

/** What has become of one event on its way to one endpoint. */
export const Delivery = z
  .object({
    id: z.string().meta({ example: 'dlv_01k9z4v3m8x2c7q5t1w6y0b4na' }),
    eventId: z.string(),
    type: z.string(),
    state: z.enum(DELIVERY_STATES),
    attempts: z.array(z.object(attempt)),
    createdAt: instant,
  })
  .meta({ id: 'WebhookDelivery' });
export type Delivery = z.infer<typeof Delivery>;

/** With what was sent. The signatures are in it, and no secret. */
export const DeliveryInFull = Delivery.extend({
  requestBody: z.string().nullable().meta({ description: 'Null: older than what is kept.' }),
  attempts: z.array(
    z.object({ ...attempt, requestHeaders: z.record(z.string(), z.string()) }),
  ),
}).meta({ id: 'WebhookDeliveryInFull' });
export type DeliveryInFull = z.infer<typeof DeliveryInFull>;

/** There are as many as there are events, so they are not counted: there is no `page`. */
export const DeliveryList = z
  .object({
    data: z.array(Delivery).max(100),
    pagination: z.object({
      limit: z.int(),
      nextCursor: z.string().nullable(),
      hasMore: z.boolean(),
    }),
  })
  .meta({ id: 'WebhookDeliveryList' });
export type DeliveryList = z.infer<typeof DeliveryList>;

export const DeliveriesQuery = z.object({
  state: z
    .enum(DELIVERY_STATES, { error: `State must be one of: ${DELIVERY_STATES.join(', ')}` })
    .optional(),
  type: queryText('Type', 100).optional(),
  eventId: queryText('EventId', 64).optional(),
  limit: queryInteger('Limit', 1, 100, 25),
  cursor: queryText('Cursor', 400).optional(),
});
export type DeliveriesQuery = z.infer<typeof DeliveriesQuery>;

export const DeliveryParams = z.object({
  id: z.string().meta({ example: 'whe_01k9z4v3m8x2c7q5t1w6y0b4na' }),
  deliveryId: z.string().meta({ example: 'dlv_01k9z4v3m8x2c7q5t1w6y0b4na' }),
});

export const Tested = z
  .object({ eventId: z.string(), deliveryId: z.string() })
  .meta({ id: 'WebhookTested' });
export type Tested = z.infer<typeof Tested>;
export const Redelivered = z
  .object({ deliveryId: z.string() })
  .meta({ id: 'WebhookRedelivered' });
export type Redelivered = z.infer<typeof Redelivered>;
export const Queued = z
  .object({ queued: z.int().meta({ description: 'Deliveries that go again.' }) })
  .meta({ id: 'WebhookQueued' });
export type Queued = z.infer<typeof Queued>;
