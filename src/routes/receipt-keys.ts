// GET /.well-known/receipt-keys.json: the public keys of receipts, for ever.

import { createRoute } from '@hono/zod-openapi';
import { readReceiptKeys } from '../actions/receipt-keys.ts';
import { ReceiptKeys } from '../contract/receipt-keys.ts';
import { JWKS_MAX_AGE_S } from '../contract/token-timing.ts';
import { answer } from './parts.ts';
import { refusals } from './refusals.ts';
import { createRouter } from './router.ts';

const read = createRoute({
  method: 'get',
  path: '/.well-known/receipt-keys.json',
  operationId: 'receiptKeys.get',
  tags: ['gates'],
  summary: 'Read the public keys of receipts (RFC 7517)',
  description: 'Retired keys stay: what they have signed is checked with them years later.',
  responses: {
    200: answer('Every key that signs receipts, will, or ever has.', ReceiptKeys),
    ...refusals('unavailable'),
  },
});

export const receiptKeys = createRouter().openapi(read, async (c) => {
  const keys = await readReceiptKeys(c.env, Date.now());
  c.header('Cache-Control', `public, max-age=${JWKS_MAX_AGE_S}`);
  c.header('Access-Control-Allow-Origin', '*');
  return c.json(keys, 200);
});
