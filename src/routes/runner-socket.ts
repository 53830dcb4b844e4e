// WS /runners/:id/socket: a runner asks its project for work, and is given it as soon as there is some.

import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { openRunnerSocket } from '../actions/runner-socket.ts';
import { RUNNER_PROTOCOL } from '../contract/runner.ts';
import { admitRunnerSocket, refusedSocket } from '../middleware/admit-runner-socket.ts';
import { askOf } from './ask.ts';
import { refusesRead } from './parts.ts';
import { createRouter } from './router.ts';

const RunnerParams = z.object({
  id: z.string().meta({ example: 'run_01jd2v8x5k3m9q7r4t6w8y0z2b' }),
});

const open = createRoute({
  method: 'get',
  path: '/runners/{id}/socket',
  operationId: 'runners.socket',
  tags: ['runners'],
  summary: 'Claim tasks over one WebSocket',
  description:
    `Subprotocol \`${RUNNER_PROTOCOL}\`. One JSON object a frame, \`t\` is its name. The runner sends ` +
    '`{"t":"claim","requestId","slots"}`, `{"t":"unclaim","requestId"}`, `{"t":"ack","id"}` and the text ' +
    '`ping`, which is answered with `pong`. The project sends `{"t":"grant","grant"}` for each grant of a ' +
    'claim, which is over then; `{"t":"queue","queue"}` while a claim waits, on a change and at most every ' +
    '15 s; `{"t":"command","id","type":"drain","data":{}}`; and `{"t":"error","code","error","re"}`, `re` ' +
    'being the `requestId` or the name of what was refused. One `requestId` is one claim on this wire and ' +
    'over HTTP: repeated within ten minutes, on either, it has the same grants while their leases live. ' +
    'After a reconnect open claims are repeated. Close codes: 1000, 1012 come back at once, 4401 no ' +
    'credential or a new token was given, 4403 not this runner, 4404 the runner is gone, 4409 a newer ' +
    'socket of this runner, 4429 too many frames.',
  security: [{ bearer: ['tasks:run'] }],
  middleware: [admitRunnerSocket],
  request: { params: RunnerParams },
  responses: {
    101: { description: 'The line is open.' },
    ...refusesRead('upgrade_required'),
  },
});

export const runnerSocket = createRouter().openapi(open, async (c) => {
  const opened = await openRunnerSocket(askOf(c), c.req.valid('param').id, c.req.raw);
  return opened.ok ? opened.value : refusedSocket(opened.refusal);
});
