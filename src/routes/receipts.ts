// GET /tasks/:id/gates/:gate/receipts: the signed proof of what was decided.

import { createRoute } from '@hono/zod-openapi';
import { listReceipts } from '../actions/receipts.ts';
import { ReceiptList } from '../contract/receipt.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { GateParams } from './gate-params.ts';
import { answer, reads, refusesRead } from './parts.ts';
import { createRouter } from './router.ts';

const list = createRoute({
  method: 'get',
  path: '/tasks/{id}/gates/{gateName}/receipts',
  operationId: 'gates.receipts',
  tags: ['gates'],
  summary: 'List the receipts of a gate',
  description:
    'Of the newest instance of this name, or of the one with this id, oldest first. Each is a compact JWS (RFC 7515) ' +
    'under one of the keys of `/.well-known/receipt-keys.json`.',
  // Not for agents: a receipt holds the nonce by which an approval is used.
  ...reads('tasks:read'),
  request: { params: GateParams },
  responses: { 200: answer('The receipts.', ReceiptList), ...refusesRead('not_found') },
});

export const receipts = createRouter().openapi(list, async (c) => {
  const { id, gateName } = c.req.valid('param');
  return c.json(unwrap(await listReceipts(askOf(c), id, gateName)), 200);
});
