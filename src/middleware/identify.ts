// Every path asks for a credential unless it stands in the list of public ones: a route that is
// forgotten here is closed, not open.

import type { Context } from 'hono';
import { authenticate } from '../auth/authenticate.ts';
import type { Refusal, Result } from '../contract/error.ts';
import type { Actor } from '../contract/principal.ts';
import type { AppEnv } from './app-env.ts';
import { ApiError } from './refusal.ts';

const PUBLIC_PATHS = /^\/(health|openapi\.json|docs(\/.*)?)?$/;
const REALM = 'Bearer realm="sluice"';

/** Sets who asks, or refuses; null where that took no waiting. */
export function identify(c: Context<AppEnv>): Promise<void> | null {
  if (PUBLIC_PATHS.test(c.req.path) || isStreamUpgrade(c)) return null;
  const asked = whoAsks(c);
  if (asked instanceof Promise) return asked.then((result) => setActor(c, result));
  setActor(c, asked);
  return null;
}

function setActor(c: Context<AppEnv>, result: Result<Actor>): void {
  if (!result.ok) throw new ApiError(result.refusal, challengeOf(result.refusal));
  c.set('actor', result.value);
}

/** The actor of this request, or why there is none. */
export function whoAsks(c: Context<AppEnv>): ReturnType<typeof authenticate> {
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
