// POST /v1/stream-tickets: how a browser opens a socket without a cookie.

import { createRoute } from '@hono/zod-openapi';
import { createTicket } from '../actions/stream-tickets.ts';
import { StreamTicket, StreamTicketBody } from '../contract/stream-ticket.ts';
import { unwrap } from '../middleware/refusal.ts';
import { askOf } from './ask.ts';
import { answer, body, refusesWrite } from './parts.ts';
import { createRouter } from './router.ts';
import { sendReply, writesV1 } from './v1-parts.ts';

const create = createRoute({
  method: 'post',
  path: '/v1/stream-tickets',
  operationId: 'streamTickets.create',
  tags: ['events'],
  summary: 'Get a ticket for a WebSocket',
  description:
    'It opens one socket on this task or project, within 30 s, on the page that asked for it: offer the protocols ' +
    '`sluice.v1`, or `sluice.stream.v1`, and `ticket.slc_wst_…`. The protocol is answered, the ticket never.',
  ...writesV1('tasks:read'),
  request: { body: body(StreamTicketBody) },
  responses: {
    201: answer('The ticket, which is shown once.', StreamTicket),
    ...refusesWrite('role_too_low', 'not_found', 'validation_failed', 'idempotency_mismatch'),
  },
});

export const streamTickets = createRouter().openapi(create, async (c) => {
  const page = c.req.header('Origin') ?? null;
  return sendReply(c, unwrap(await createTicket(askOf(c), c.req.valid('json'), page)));
});
