// /v1/webhooks/{id}/deliveries, and what has an endpoint sent something again.

import { createRoute } from '@hono/zod-openapi';
import { readDeliveries, readDelivery, recover, redeliver } from '../actions/webhook-deliveries.ts';
import { replay, sendTest } from '../actions/webhook-sends.ts';
import { WholeDelivery } from '../contract/delivery.ts';
import { EndpointParams } from '../contract/webhook.ts';
import {
  DeliveriesQuery,
  DeliveryList,
  DeliveryParams,
  DeliveryQuery,
  Queued,
  Redelivered,
  Replayed,
  Tested,
} from '../contract/webhook-delivery.ts';
import { ReplayBody, TestBody } from '../contract/webhook-request.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, optionalBody, reads, refusesRead, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import { listed, sendList, writesV1 } from './v1-parts.ts';

const ITEM = '/v1/webhooks/{id}';
const ONE = `${ITEM}/deliveries/{deliveryId}` as const;
const SHARED = [
  'not_found',
  'role_too_low',
  'unknown_environment',
  'environment_forbidden',
] as const;
const SENT = [...SHARED, 'validation_failed', 'idempotency_in_flight'] as const;
const FRESH = { fresh: true } as const;

const list = createRoute({
  method: 'get',
  path: `${ITEM}/deliveries`,
  operationId: 'webhooks.listDeliveries',
  tags: ['webhooks'],
  summary: 'List what an endpoint was sent',
  description: 'Newest first, of the last 30 days, each with its attempts.',
  ...reads('webhooks:read'),
  request: { params: EndpointParams, query: DeliveriesQuery },
  responses: {
    200: listed('A page. It may be shorter than its limit while `hasMore`.', DeliveryList),
    ...refusesRead(...SHARED, 'invalid_cursor'),
  },
});

const get = createRoute({
  method: 'get',
  path: ONE,
  operationId: 'webhooks.getDelivery',
  tags: ['webhooks'],
  summary: 'Get a delivery with what was sent',
  description: 'At once, or with `wait` as soon as it has an attempt after `after`.',
  ...reads('webhooks:read'),
  request: { params: DeliveryParams, query: DeliveryQuery },
  responses: {
    200: answer('The delivery, the body and the headers of each attempt.', WholeDelivery),
    ...refusesRead(...SHARED),
  },
});

const again = createRoute({
  method: 'post',
  path: `${ONE}/redeliver`,
  operationId: 'webhooks.redeliver',
  tags: ['webhooks'],
  summary: 'Send a delivery again',
  description: 'One new attempt now, also after a success; id and bytes are the same.',
  ...writesV1('webhooks:write', FRESH),
  request: { params: DeliveryParams },
  responses: {
    202: answer('It goes.', Redelivered),
    ...refusesWrite(...SENT, 'limit_reached'),
  },
});

const recovery = createRoute({
  method: 'post',
  path: `${ITEM}/recover`,
  operationId: 'webhooks.recover',
  tags: ['webhooks'],
  summary: 'Send what never arrived again',
  description: 'Everything that was given up or is held.',
  ...writesV1('webhooks:write', FRESH),
  request: { params: EndpointParams },
  responses: { 202: answer('So many go.', Queued), ...refusesWrite(...SENT) },
});

const replays = createRoute({
  method: 'post',
  path: `${ITEM}/replay`,
  operationId: 'webhooks.replay',
  tags: ['webhooks'],
  summary: 'Send what happened in a span of time',
  description:
    'Whatever the endpoint wants, known to it or not, of the last 30 days: the oldest 1,000. Ids and bytes are those of before.',
  ...writesV1('webhooks:write', FRESH),
  request: { params: EndpointParams, body: body(ReplayBody) },
  responses: { 202: answer('So many go.', Replayed), ...refusesWrite(...SENT) },
});

const test = createRoute({
  method: 'post',
  path: `${ITEM}/test`,
  operationId: 'webhooks.test',
  tags: ['webhooks'],
  summary: 'Send a test event',
  description:
    'The example of a type, signed as all else, to this endpoint alone: at once and in whatever state it is. The project ' +
    'keeps it as a `webhook.test`.',
  ...writesV1('webhooks:write', FRESH),
  request: { params: EndpointParams, body: optionalBody(TestBody) },
  responses: { 202: answer('It goes.', Tested), ...refusesWrite(...SENT) },
});

export const webhookDeliveries = createRouter()
  .openapi(list, async (c) => {
    const { id } = c.req.valid('param');
    return sendList(c, unwrap(await readDeliveries(askOf(c), id, c.req.valid('query'))));
  })
  .openapi(get, async (c) => {
    const { id, deliveryId } = c.req.valid('param');
    const query = c.req.valid('query');
    return c.json(unwrap(await readDelivery(askOf(c), { id, deliveryId, ...query })), 200);
  })
  .openapi(again, async (c) => {
    const { id, deliveryId } = c.req.valid('param');
    return c.json(unwrap(await redeliver(askOf(c), id, deliveryId)), 202);
  })
  .openapi(recovery, async (c) =>
    c.json(unwrap(await recover(askOf(c), c.req.valid('param').id)), 202),
  )
  .openapi(replays, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await replay(askOf(c), id, c.req.valid('json'))), 202);
  })
  .openapi(test, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(unwrap(await sendTest(askOf(c), id, c.req.valid('json'))), 202);
  });
