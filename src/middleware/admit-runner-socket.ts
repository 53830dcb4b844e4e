// The door of sockets that speak the protocol of runners. As on the stream, who may not is told by a socket that opens and
// closes with the reason; what is wrong with the request itself is said before the upgrade.

import { createMiddleware } from 'hono/factory';
import { type Refusal, refuse } from '../contract/error.ts';
import { RUNNER_PROTOCOL } from '../contract/runner.ts';
import { closeCode, closeReason, lastWords } from '../contract/session.ts';
import type { AppEnv } from './app-env.ts';
import { setCaller, whoAsks } from './identify.ts';
import { passQuota, startQuota } from './limits.ts';
import { unwrap } from './refusal.ts';
import { checkScope, forbid } from './require-scope.ts';

const PROTOCOL = { 'Sec-WebSocket-Protocol': RUNNER_PROTOCOL };

export const admitRunnerSocket = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket') {
    checkScope(c, 'tasks:run');
    unwrap(refuse('upgrade_required', 'This path speaks WebSocket only.'));
  }
  const offered = c.req.header('Sec-WebSocket-Protocol') ?? '';
  if (!offered.split(',').some((protocol) => protocol.trim() === RUNNER_PROTOCOL)) {
    unwrap(refuse('invalid_request', `The subprotocol must be ${RUNNER_PROTOCOL}`));
  }
  const who = await whoAsks(c);
  if (!who.ok) return refusedSocket(who.refusal);
  const { actor, credential } = who.value;
  const refusal = forbid(actor, 'tasks:run', {}, undefined);
  if (refusal) return refusedSocket(refusal);
  setCaller(c, { actor: { ...actor, asks: 'tasks:run' }, credential });
  startQuota(c);
  await passQuota(c);
  return next();
});

/** Says the refusal over the protocol, for a client that offered one gives up on an answer without it. */
export function refusedSocket(refusal: Refusal): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.send(lastWords(refusal, Date.now()));
  server.close(closeCode(refusal.code), closeReason(refusal));
  return new Response(null, { status: 101, webSocket: client, headers: PROTOCOL });
}
