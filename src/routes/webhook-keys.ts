// GET /.well-known/webhook-keys.json: how deliveries are signed, and where the key of an endpoint is found.

import { createRoute } from '@hono/zod-openapi';
import { WebhookKeys } from '../contract/webhook-keys.ts';
import { SIGNATURE_VERSIONS } from '../contract/webhook-verify.ts';
import { originOf } from '../middleware/origin-of.ts';
import { answer } from './parts.ts';
import { createRouter } from './router.ts';

const MAX_AGE_S = 3_600;

const read = createRoute({
  method: 'get',
  path: '/.well-known/webhook-keys.json',
  operationId: 'webhookKeys.get',
  tags: ['webhooks'],
  summary: 'Read how deliveries are signed',
  responses: { 200: answer('The scheme, and where keys are found.', WebhookKeys) },
});

export const webhookKeys = createRouter().openapi(read, (c) => {
  c.header('Cache-Control', `public, max-age=${MAX_AGE_S}`);
  c.header('Access-Control-Allow-Origin', '*');
  const keyLocation = `${originOf(c)}/v1/webhooks/{id}`;
  const scheme = 'standard-webhooks' as const;
  return c.json({ scheme, signatureVersions: [...SIGNATURE_VERSIONS], keys: [], keyLocation }, 200);
});
