// WS /v1/webhooks/listen: webhooks for a machine that has no public address. What cannot be is told by a socket that
// opens and closes with the reason, which every client can read.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { openListener } from '../actions/listen.ts';
import type { ErrorCode } from '../contract/error.ts';
import { ProjectId } from '../contract/id.ts';
import { admitSocket, closedSocket, protocolOf } from '../middleware/admit-socket.ts';
import { askOf } from './ask.ts';
import { refusesRead } from './parts.ts';
import { createRouter } from './router.ts';

const ListenQuery = z.object({
  projectId: ProjectId.optional(),
  types: z.string().max(10_000, 'Types must be 10000 characters or less').optional().meta({
    description: 'Exact, `group.*` or `*`, parted by commas. Default: as last time, or all.',
    example: 'deployment.*,gate.required',
  }),
  readyOnly: z
    .enum(['true', 'false'], { error: 'SecretOnly must be one of: true, false' })
    .default('false')
    .meta({ description: '`ready` is sent and the socket closed; who listens already goes on.' }),
});

/** Any other refusal closes with 4403. */
const CLOSE_CODES: Partial<Record<ErrorCode, number>> = {
  invalid_request: 4400,
  unknown_environment: 4400,
  not_found: 4404,
  limit_reached: 4429,
  unavailable: 1013,
};

const open = createRoute({
  method: 'get',
  path: '/v1/webhooks/listen',
  operationId: 'webhooks.listen',
  tags: ['webhooks'],
  summary: 'Receive webhooks by WebSocket',
  description:
    'Subprotocol `sluice.v1`. One JSON object a frame. The server sends `{"type":"ready","endpointId","secret"}`, then ' +
    '`{"type":"delivery","deliveryId","attempt","headers":{…},"body":"<raw>"}`; the client answers ' +
    '`{"type":"result","deliveryId","status","durationMs"}` within 15 s, `status` null where its receiver gave no ' +
    'answer. The endpoint is kept for the principal and the project, with its secret, for seven days after the last ' +
    'listener; it stands in `GET /v1/webhooks` with `url` null. Nothing waits while nobody listens. `ping` is ' +
    'answered with `pong`. Close codes: 4400 wrong types, 4401 no credential, 4403 not allowed, 4404 no such project ' +
    'or the endpoint was deleted, 4409 a newer listener of yours took over, 4429 too many endpoints.',
  security: [{ bearer: ['webhooks:write'] }],
  middleware: [admitSocket('webhooks:write')],
  request: { query: ListenQuery },
  responses: {
    101: { description: 'The socket is open; `ready` is its first frame.' },
    ...refusesRead('upgrade_required'),
  },
});

export const listen = createRouter().openapi(open, async (c) => {
  const { projectId, types, readyOnly } = c.req.valid('query');
  const wanted = { projectId, types, readyOnly: readyOnly === 'true' };
  const opened = await openListener(askOf(c), wanted, c.req.raw);
  if (opened.ok) return opened.value;
  return closedSocket(CLOSE_CODES[opened.refusal.code] ?? 4403, opened.refusal, protocolOf(c));
});
