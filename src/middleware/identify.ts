// Every path asks for a credential unless it stands in the list of public ones: a route that is
// forgotten here is closed, not open.

import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { authenticate } from '../auth/authenticate.ts';
import type { Refusal, Result } from '../contract/error.ts';
import type { Actor } from '../contract/principal.ts';
import type { AppEnv } from './app-env.ts';
import { ApiError } from './refusal.ts';

const PUBLIC_PATHS = /^\/(health|openapi\.json|docs(\/.*)?)?$/;
const REALM = 'Bearer realm="sluice"';

export const identify = createMiddleware<AppEnv>(async (c, next) => {
  if (PUBLIC_PATHS.test(c.req.path) || isStreamUpgrade(c)) return next();
  const result = await whoAsks(c);
  if (!result.ok) throw new ApiError(result.refusal, challengeOf(result.refusal));
  c.set('actor', result.value);
  await next();
});

/** The actor of this request, or why there is none. */
export function whoAsks(c: Context<AppEnv>): Promise<Result<Actor>> {
  return authenticate(c.env, {
    authorization: c.req.header('Authorization'),
    host: c.req.header('Host'),
    nowMs: Date.now(),
  });
}

const SOCKET_PATHS = /^\/(stream\/[^/]+|ws|tasks\/[^/]+\/session)$/;

/** A browser cannot read a refused upgrade: the stream accepts the socket and closes it with a reason. */
function isStreamUpgrade(c: Context<AppEnv>): boolean {
  return SOCKET_PATHS.test(c.req.path) && c.req.header('Upgrade')?.toLowerCase() === 'websocket';
}

function challengeOf({ code, message }: Refusal): Readonly<Record<string, string>> {
  if (code === 'unauthorized') return { 'WWW-Authenticate': REALM };
  if (code !== 'invalid_token') return {};
  const detail = `error="invalid_token", error_description="${message}"`;
  return { 'WWW-Authenticate': `${REALM}, ${detail}` };
}
