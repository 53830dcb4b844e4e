// The section `webhooks` of the document: what receivers are sent, a type each.

import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import { eventSchema, sentenceOf } from '../contract/event-catalogue.ts';
import { TOLD_TYPES } from '../contract/told-types.ts';

type Registry = OpenAPIHono['openAPIRegistry'];

const text = (description: string, max: number) => z.string().max(max).meta({ description });

/** The headers of every delivery (Standard Webhooks). */
const DeliveryHeaders = z.object({
  'webhook-id': text('The id of the event, the same at every try.', 64),
  'webhook-timestamp': text('Of this try, in unix seconds.', 16),
  'webhook-signature': text('`v1,<base64>` and `v1a,<base64>`, separated by spaces.', 1_000),
  'sluice-event-type': text('The type of the event.', 100),
  'sluice-endpoint-id': text('The endpoint that it goes to.', 64),
  'sluice-delivery-id': text('The delivery.', 64),
  'sluice-delivery-attempt': text('1, 2, 3 …', 16),
  'sluice-version': text('The version of the API.', 10),
});

/** `deployment.failed` → `DeploymentFailedEvent`. */
const nameOf = (type: string): string =>
  `${type
    .split(/[._]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Event`;

export function registerWebhooks(registry: Registry): void {
  for (const type of TOLD_TYPES) {
    const schema = eventSchema(type).meta({ id: nameOf(type) });
    registry.registerWebhook({
      method: 'post',
      path: type,
      operationId: `on.${type}`,
      tags: ['webhooks'],
      summary: sentenceOf(type),
      description: sentenceOf(type),
      security: [],
      request: {
        headers: DeliveryHeaders,
        body: { required: true, content: { 'application/json': { schema } } },
      },
      responses: {
        '2XX': {
          description: 'It has arrived. Anything else, and silence for 15 s, is a failure.',
        },
        410: { description: 'Nothing is to be sent here any more: the endpoint is disabled.' },
      },
    });
  }
}
