// Who may open a socket: by a credential in the header, by the cookie of a page of ours, or by a ticket. A browser cannot
// read a refused upgrade, so a socket is opened and closed with the reason; but a foreign page gets none at all.

import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { redeemTicket } from '../auth/stream-ticket.ts';
import { type Refusal, type Result, refuse } from '../contract/error.ts';
import type { Caller, Scope } from '../contract/principal.ts';
import { protocolIn, ticketIn } from '../contract/socket-protocol.ts';
import type { AppEnv } from './app-env.ts';
import { setCaller, whoAsks } from './identify.ts';
import { passQuota, startQuota } from './limits.ts';
import { ApiError, unwrap } from './refusal.ts';
import { forbid, type Who } from './require-scope.ts';
import { shieldPrincipal } from './shield.ts';

const OFFER = 'Sec-WebSocket-Protocol';
const WRONG_TARGET = refuse('insufficient_scope', 'The ticket is for something else.').refusal;

/** The scope is looked at here and not by `requireScope`. `param` names the task that an agent's own is compared with. */
export const admitSocket = (scope: Scope, who: Who = {}, param = 'id') =>
  createMiddleware<AppEnv>(async (c, next) => {
    if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket') {
      const refusal = forbid(c.get('actor'), scope, who, c.req.param(param));
      if (refusal) throw new ApiError(refusal);
      unwrap(refuse('upgrade_required', 'This path speaks WebSocket only.'));
    }
    const asked = await whoOpens(c, c.req.param(param));
    if (!asked.ok) {
      const { refusal } = asked;
      if (refusal.code === 'forbidden_origin') throw new ApiError(refusal);
      return closedSocket(refusal === WRONG_TARGET ? 4403 : 4401, refusal, protocolOf(c));
    }
    const { actor, credential } = asked.value;
    const refusal = forbid(actor, scope, who, c.req.param(param));
    if (refusal) return closedSocket(4403, refusal, protocolOf(c));
    setCaller(c, { actor: { ...actor, asks: scope }, credential });
    await shieldPrincipal(c);
    startQuota(c);
    await passQuota(c);
    return next();
  });

/** A socket lives long, so memory does not do: D1 is asked whether the credential is still good. */
async function whoOpens(c: Context<AppEnv>, taskId: string | undefined): Promise<Result<Caller>> {
  const ticket = ticketIn(c.req.header(OFFER));
  if (ticket === null) return whoAsks(c, { fresh: true });
  const origin = c.req.header('Origin');
  const redeemed = await redeemTicket(c.env, ticket, { origin, nowMs: Date.now() });
  if (!redeemed.ok) return redeemed;
  const { caller, target } = redeemed.value;
  const asked = taskId ?? c.req.query('projectId') ?? caller.actor.defaultProjectId;
  return asked === target ? { ok: true, value: caller } : { ok: false, refusal: WRONG_TARGET };
}

export const protocolOf = (c: Context<AppEnv>): string | null => protocolIn(c.req.header(OFFER));

/** With the protocol, where one was offered: a browser gives up on an answer without it, and hears no reason. */
export function closedSocket(
  code: number,
  refusal: Refusal,
  protocol: string | null = null,
): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  server.close(code, refusal.message);
  const headers = protocol === null ? {} : { [OFFER]: protocol };
  return new Response(null, { status: 101, webSocket: client, headers });
}
