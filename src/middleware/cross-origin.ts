// Which web pages may ask. Open mode answers pages of this machine and refuses all others; required
// mode answers any page, since a page can only send the credential that it was given.

import type { Context } from 'hono';
import { checkOrigin, isOpenMode } from '../auth/origin.ts';
import type { AppEnv } from './app-env.ts';
import { unwrap } from './refusal.ts';

const ALLOWED_HEADERS = [
  ...['Authorization', 'DPoP', 'Content-Type', 'Idempotency-Key', 'If-Match', 'If-None-Match'],
  ...['AeThex-Environment', 'Sluice-Version', 'Last-Event-ID', 'traceparent'],
].join(', ');
const EXPOSED_HEADERS = [
  ...['X-Request-ID', 'Location', 'ETag', 'Link', 'Allow', 'WWW-Authenticate', 'DPoP-Nonce'],
  ...['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset', 'Retry-After'],
  ...['RateLimit-Policy', 'RateLimit', 'X-Total-Count', 'X-Page', 'X-Per-Page', 'X-Next-Cursor'],
  ...['Idempotent-Replayed', 'AeThex-Environment', 'Sluice-Version', 'traceresponse'],
  ...['Deprecation', 'Sunset'],
].join(', ');
/** What a person sees and answers in their own browser is read by no page of others. */
const PAGES = /^\/((signin|bootstrap|invite|device)(\/|$)|v1\/auth\/(authorize|consent)$)/;
const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * The origin that may read the answer, or null without an `Origin`. In open mode a foreign page or host is refused; in
 * required mode any page may ask. None may read our own pages.
 */
export function pageThatAsks(c: Context<AppEnv>): string | null {
  const origin = c.req.header('Origin');
  const isPage = PAGES.test(c.req.path);
  if (!isOpenMode(c.env)) return isPage ? null : '*';
  const hasCredential = c.req.header('Authorization') !== undefined;
  const fetchSite = c.req.header('Sec-Fetch-Site');
  unwrap(checkOrigin({ host: c.req.header('Host'), origin, fetchSite, hasCredential }));
  return isPage ? null : (origin ?? null);
}

/** Lets the browser show the answer to the page. */
export function allowPage(c: Context<AppEnv>, page: string): void {
  c.header('Access-Control-Allow-Origin', page);
  c.header('Access-Control-Expose-Headers', EXPOSED_HEADERS);
}

/** The answer to a question that a browser asks by itself, or null for any other request. */
export function answerPreflight(c: Context<AppEnv>): Response | null {
  const isPreflight =
    !PAGES.test(c.req.path) &&
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
