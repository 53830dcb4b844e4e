// Which web pages may ask. Open mode answers pages of this machine and refuses all others; required
// mode answers any page, since a page can only send the credential that it was given.

import type { Context } from 'hono';
import { checkOrigin, isOpenMode } from '../auth/origin.ts';
import type { AppEnv } from './app-env.ts';
import { unwrap } from './refusal.ts';

const ALLOWED_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, traceparent';
const EXPOSED_HEADERS = 'X-Request-ID, Location, ETag, Allow, WWW-Authenticate, Retry-After';
const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * The origin that may read the answer, or null without an `Origin`. In open mode a foreign page or host is refused; in
 * required mode any page may ask.
 */
export function pageThatAsks(c: Context<AppEnv>): string | null {
  const origin = c.req.header('Origin');
  if (!isOpenMode(c.env)) return origin === undefined ? null : '*';
  const hasCredential = c.req.header('Authorization') !== undefined;
  const fetchSite = c.req.header('Sec-Fetch-Site');
  unwrap(checkOrigin({ host: c.req.header('Host'), origin, fetchSite, hasCredential }));
  return origin ?? null;
}

/** Lets the browser show the answer to the page. */
export function allowPage(c: Context<AppEnv>, page: string): void {
  c.header('Access-Control-Allow-Origin', page);
  c.header('Access-Control-Expose-Headers', EXPOSED_HEADERS);
}

/** The answer to a question that a browser asks by itself, or null for any other request. */
export function answerPreflight(c: Context<AppEnv>): Response | null {
  const isPreflight =
    c.req.method === 'OPTIONS' &&
    c.req.header('Origin') !== undefined &&
    c.req.header('Access-Control-Request-Method') !== undefined;
  if (!isPreflight) return null;
  return c.body(null, 204, {
    'Access-Control-Allow-Methods': ALLOWED_METHODS,
    'Access-Control-Allow-Headers': ALLOWED_HEADERS,
    'Access-Control-Max-Age': '600',
  });
}
