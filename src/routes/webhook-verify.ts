// POST /v1/webhooks/verify: is this delivery one of ours?

import { createRoute } from '@hono/zod-openapi';
import { verifyDelivery } from '../actions/verify-webhook.ts';
import { Verified, VerifyBody } from '../contract/webhook-verify.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import { writesV1 } from './v1-parts.ts';

const check = createRoute({
  method: 'post',
  path: '/v1/webhooks/verify',
  operationId: 'webhooks.verify',
  tags: ['webhooks'],
  summary: 'Check the signature of a delivery',
  description:
    'For finding out why a receiver refuses what it is sent: a delivery that does not hold is answered with 200 and a ' +
    'reason. In production, verify where you receive. It takes no secret and tells none. 60 a minute.',
  ...writesV1('webhooks:read'),
  request: { body: body(VerifyBody) },
  responses: {
    200: answer('Whether it holds, and why not.', Verified),
    ...refusesWrite(
      'not_found',
      'role_too_low',
      'unknown_environment',
      'environment_forbidden',
      'validation_failed',
    ),
  },
});

export const webhookVerify = createRouter().openapi(check, async (c) =>
  c.json(unwrap(await verifyDelivery(askOf(c), c.req.valid('json'))), 200),
);
