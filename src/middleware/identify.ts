// Every path asks for a credential unless it stands in the list of public ones: a route that is
// forgotten here is closed, not open.

import type { Context } from 'hono';
import { authenticate } from '../auth/authenticate.ts';
import type { Result } from '../contract/error.ts';
import type { Caller } from '../contract/principal.ts';
import type { AppEnv } from './app-env.ts';
import { unwrap } from './refusal.ts';

/** Pages and documents for everybody, and doors that look at who comes by themselves. */
const PUBLIC_PATHS: readonly RegExp[] = [
  /^\/(health|openapi\.json|docs(\.md|\/.*)?|llms\.txt|console(\/.*)?|problems\/[^/]+)?$/,
  /^\/\.well-known\/.+$/,
  /^\/v1\/auth\/.+$/,
  /^\/(signin|account|bootstrap|invite|device|pages|inbox|g)(\/.*)?$/,
  /^\/v1\/invitations\/accept$/,
  /^\/v1\/security\/token-leaks$/,
];

/** Sets who asks, or refuses; null where that took no waiting. */
export function identify(c: Context<AppEnv>): Promise<void> | null {
  const { path } = c.req;
  if (isStreamUpgrade(c) || PUBLIC_PATHS.some((form) => form.test(path))) return null;
  const asked = whoAsks(c);
  if (asked instanceof Promise) return asked.then((result) => setCaller(c, unwrap(result)));
  setCaller(c, unwrap(asked));
  return null;
}

export function setCaller(c: Context<AppEnv>, { actor, credential }: Caller): void {
  c.set('actor', actor);
  c.set('credential', credential);
}

/** The caller of this request, or why there is none. `fresh`: as D1 knows it now, whatever memory says. */
export function whoAsks(
  c: Context<AppEnv>,
  { fresh = false }: { readonly fresh?: boolean } = {},
): Result<Caller> | Promise<Result<Caller>> {
  return authenticate(c.env, {
    authorization: c.req.header('Authorization'),
    host: c.req.header('Host'),
    nowMs: Date.now(),
    method: c.req.method,
    url: c.req.url,
    dpop: c.req.header('DPoP'),
    cookie: c.req.header('Cookie'),
    origin: c.req.header('Origin'),
    fetchSite: c.req.header('Sec-Fetch-Site'),
    fetchMode: c.req.header('Sec-Fetch-Mode'),
    ip: c.req.header('CF-Connecting-IP'),
    request: c.req.raw,
    fresh,
    later: (work) => c.executionCtx.waitUntil(work),
  });
}

const SOCKET_PATHS =
  /^\/(stream\/[^/]+|ws|tasks\/[^/]+\/session|runners\/[^/]+\/socket|v1\/webhooks\/listen)$/;

/** A browser cannot read a refused upgrade: the stream accepts the socket and closes it with a reason. */
function isStreamUpgrade(c: Context<AppEnv>): boolean {
  return SOCKET_PATHS.test(c.req.path) && c.req.header('Upgrade')?.toLowerCase() === 'websocket';
}
