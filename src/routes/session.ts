// WS /tasks/:id/session: a lease holder and its task over one socket.

import { createRoute } from '@hono/zod-openapi';
import { openSession } from '../actions/session.ts';
import { RUNNER_PROTOCOL } from '../contract/runner.ts';
import { SessionQuery } from '../contract/session.ts';
import { admitRunnerSocket, refusedSocket } from '../middleware/admit-runner-socket.ts';
import { askOf } from './ask.ts';
import { refusesRead, TaskParams } from './parts.ts';
import { createRouter } from './router.ts';

const open = createRoute({
  method: 'get',
  path: '/tasks/{id}/session',
  operationId: 'leases.session',
  tags: ['runners'],
  summary: 'Work on a task over one WebSocket',
  description:
    `Subprotocol \`${RUNNER_PROTOCOL}\`. One JSON object a frame, \`t\` is its name. The runner sends ` +
    '`events`, `hb`, `result`, `ack`, `bye`; the task sends `hello`, `ack`, `nack`, `hb-ok`, `next`, ' +
    '`command`, and `error` before a close. Close codes: 1000 released, 1011 a fault of the server, ' +
    '4400 no frame of this protocol, 4401 no credential, 4403 not the holder, 4404 no such task, ' +
    '4409 the lease has ended or a newer session took over, 4429 more under way than the window holds.',
  security: [{ bearer: ['tasks:run'] }],
  middleware: [admitRunnerSocket],
  request: { params: TaskParams, query: SessionQuery },
  responses: {
    101: { description: 'The session is open; `hello` is its first frame.' },
    ...refusesRead('upgrade_required'),
  },
});

export const session = createRouter().openapi(open, async (c) => {
  const opened = await openSession(askOf(c), c.req.valid('param').id, c.req.raw);
  return opened.ok ? opened.value : refusedSocket(opened.refusal);
});
