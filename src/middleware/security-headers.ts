// Headers that keep an answer from being guessed at, stored or leaked.

import { createMiddleware } from 'hono/factory';
import type { AppEnv } from './app-env.ts';

export const securityHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Vary', 'Authorization, Origin', { append: true });
  if (c.req.url.startsWith('https:')) {
    c.header('Strict-Transport-Security', 'max-age=31536000');
  }
  if (!c.res.headers.has('Cache-Control') && isJson(c.res.headers.get('Content-Type'))) {
    c.header('Cache-Control', 'no-store');
  }
});

function isJson(contentType: string | null): boolean {
  return contentType?.startsWith('application/json') ?? false;
}
