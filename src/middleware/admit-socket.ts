// Who may open a socket. A browser cannot read a refused upgrade, so a socket is opened and closed with the reason.

import { createMiddleware } from 'hono/factory';
import { type Refusal, refuse } from '../contract/error.ts';
import type { Scope } from '../contract/principal.ts';
import type { AppEnv } from './app-env.ts';
import { setCaller, whoAsks } from './identify.ts';
import { passQuota, startQuota } from './limits.ts';
import { ApiError, unwrap } from './refusal.ts';
import { forbid, type Who } from './require-scope.ts';

/** The scope is looked at here and not by `requireScope`. `param` names the task that an agent's own is compared with. */
export const admitSocket = (scope: Scope, who: Who = {}, param = 'id') =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket') {
      const refusal = forbid(c.get('actor'), scope, who, c.req.param(param));
      if (refusal) throw new ApiError(refusal);
      unwrap(refuse('upgrade_required', 'This path speaks WebSocket only.'));
    }
    const asked = await whoAsks(c);
    if (!asked.ok) return closedSocket(4401, asked.refusal);
    const { actor, credential } = asked.value;
    const refusal = forbid(actor, scope, who, c.req.param(param));
    if (refusal) return closedSocket(4403, refusal);
    setCaller(c, { actor: { ...actor, asks: scope }, credential });
    startQuota(c);
    await passQuota(c);
    return next();
  });

export function closedSocket(code: number, refusal: Refusal): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, refusal.message);
  return new Response(null, { status: 101, webSocket: client });
}
