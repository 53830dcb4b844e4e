// Which web pages may ask. Open mode answers pages of this machine and refuses all others; required
// mode answers any page, since a page can only send the credential that it was given.

import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { checkOrigin, isOpenMode } from '../auth/origin.ts';
import type { AppEnv } from './app-env.ts';
import { unwrap } from './refusal.ts';

const ALLOWED_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, traceparent';
const EXPOSED_HEADERS = 'X-Request-ID, Location, ETag, Allow, WWW-Authenticate, Retry-After';
const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

export const crossOrigin = createMiddleware<AppEnv>(async (c, next) => {
  const origin = c.req.header('Origin');
  const open = isOpenMode(c.env);
  if (open) {
    const hasCredential = c.req.header('Authorization') !== undefined;
    const fetchSite = c.req.header('Sec-Fetch-Site');
    unwrap(checkOrigin({ host: c.req.header('Host'), origin, fetchSite, hasCredential }));
  }
  const allowed = open ? origin : '*';
  if (isPreflight(c)) return preflight(allowed);
  await next();
  if (origin !== undefined && allowed !== undefined) {
    c.header('Access-Control-Allow-Origin', allowed);
    c.header('Access-Control-Expose-Headers', EXPOSED_HEADERS);
  }
  return undefined;
});

function isPreflight(c: Context<AppEnv>): boolean {
  return (
    c.req.method === 'OPTIONS' &&
    c.req.header('Origin') !== undefined &&
    c.req.header('Access-Control-Request-Method') !== undefined
  );
}

function preflight(allowed: string | undefined): Response {
  const headers = new Headers({
    'Access-Control-Allow-Methods': ALLOWED_METHODS,
    'Access-Control-Allow-Headers': ALLOWED_HEADERS,
    'Access-Control-Max-Age': '600',
    Vary: 'Origin',
  });
  if (allowed !== undefined) headers.set('Access-Control-Allow-Origin', allowed);
  return new Response(null, { status: 204, headers });
}
