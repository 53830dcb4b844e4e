import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../../middleware/app-env.ts';

const ADDRESS = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?=[:/]|$)/;

/** Leads a page that is asked for by address to `localhost`: browsers take no address for the host of a passkey. */
export const byLocalName = createMiddleware<AppEnv>(async (c, next) => {
  const { url, method } = c.req;
  if (method !== 'GET' || !ADDRESS.test(url)) return next();
  return c.redirect(url.replace(ADDRESS, 'http://localhost'), 303);
});
