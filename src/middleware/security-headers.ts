// Headers that keep an answer from being guessed at, stored or leaked.

import { createMiddleware } from 'hono/factory';
import type { AppEnv } from './app-env.ts';

export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  // Each `c.header` makes the answer anew: the first makes its headers ours, the rest are set on them.
  c.header('X-Content-Type-Options', 'nosniff');
  const { headers } = c.res;
  headers.set('Referrer-Policy', 'no-referrer');
  headers.append('Vary', 'Authorization, Origin');
  if (c.req.url.startsWith('https:')) {
    headers.set('Strict-Transport-Security', 'max-age=31536000');
  }
  if (!headers.has('Cache-Control') && isJson(headers.get('Content-Type'))) {
    headers.set('Cache-Control', 'no-store');
  }
});

function isJson(contentType: string | null): boolean {
  return contentType?.startsWith('application/json') ?? false;
}
