// What happens to every request before its route, in one go: each middleware of its own costs as much as a small route.

import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { newId } from '../auth/id.ts';
import type { AppEnv } from './app-env.ts';
import { allowPage, answerPreflight, pageThatAsks } from './cross-origin.ts';
import { identify } from './identify.ts';

const VARY = 'Authorization, Origin';

/**
 * Gives the request its id, sees which web page it comes from and who asks, and sees to it that every answer bears the
 * headers that keep it from being guessed at, stored or leaked.
 */
export const entrance = createMiddleware<AppEnv>(async (c, next) => {
  c.set('requestId', newId('req', Date.now()));
  // Set beforehand they are part of each answer that is made here; set afterwards they would make it anew.
  setOwnHeaders(c);
  c.header('Vary', VARY);
  c.header('Cache-Control', 'no-store');
  const page = pageThatAsks(c);
  if (page !== null) allowPage(c, page);
  const preflight = answerPreflight(c);
  if (preflight !== null) return preflight;
  const asked = identify(c);
  if (asked !== null) await asked;
  await next();
  if (c.res.headers.has('X-Request-ID')) return undefined;
  // It was made elsewhere, by an object or by the server of assets, which knows whether it may be stored.
  setOwnHeaders(c);
  if (page !== null) allowPage(c, page);
  c.header('Vary', VARY, { append: true });
  return undefined;
});

function setOwnHeaders(c: Context<AppEnv>): void {
  c.header('X-Request-ID', c.get('requestId'));
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'no-referrer');
  if (c.req.url.startsWith('https:')) c.header('Strict-Transport-Security', 'max-age=31536000');
}
