// WS /tasks/:id/session: a lease holder and its task over one socket. As on the stream, who may not is told by a
// socket that opens and closes with the reason; what is wrong with the request itself is said before the upgrade.

import { createRoute } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { openSession } from '../actions/session.ts';
import { type Refusal, refuse } from '../contract/error.ts';
import { RUNNER_PROTOCOL } from '../contract/runner.ts';
import { closeCode, closeReason, lastWords, SessionQuery } from '../contract/session.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { setCaller, whoAsks } from '../middleware/identify.ts';
import { passQuota, startQuota } from '../middleware/limits.ts';
import { unwrap } from '../middleware/refusal.ts';
import { checkScope, forbid } from '../middleware/require-scope.ts';
import { askOf } from './ask.ts';
import { refusesRead, TaskParams } from './parts.ts';
import { createRouter } from './router.ts';

const PROTOCOL = { 'Sec-WebSocket-Protocol': RUNNER_PROTOCOL };

const admit = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket') {
    checkScope(c, 'tasks:run');
    unwrap(refuse('upgrade_required', 'This path speaks WebSocket only.'));
  }
  const offered = c.req.header('Sec-WebSocket-Protocol') ?? '';
  if (!offered.split(',').some((protocol) => protocol.trim() === RUNNER_PROTOCOL)) {
    unwrap(refuse('invalid_request', `The subprotocol must be ${RUNNER_PROTOCOL}`));
  }
  const who = await whoAsks(c);
  if (!who.ok) return closedSocket(who.refusal);
  const { actor, credential } = who.value;
  const refusal = forbid(actor, 'tasks:run', {}, undefined);
  if (refusal) return closedSocket(refusal);
  setCaller(c, { actor: { ...actor, asks: 'tasks:run' }, credential });
  startQuota(c);
  await passQuota(c);
  return next();
});

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
  middleware: [admit],
  request: { params: TaskParams, query: SessionQuery },
  responses: {
    101: { description: 'The session is open; `hello` is its first frame.' },
    ...refusesRead('upgrade_required'),
  },
});

export const session = createRouter().openapi(open, async (c) => {
  const opened = await openSession(askOf(c), c.req.valid('param').id, c.req.raw);
  return opened.ok ? opened.value : closedSocket(opened.refusal);
});

/** Says the refusal over the protocol, for a client that offered one gives up on an answer without it. */
function closedSocket(refusal: Refusal): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.send(lastWords(refusal, Date.now()));
  server.close(closeCode(refusal.code), closeReason(refusal));
  return new Response(null, { status: 101, webSocket: client, headers: PROTOCOL });
}
