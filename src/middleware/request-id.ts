// `X-Request-ID: req_…` on every answer, whatever happens after. A client's own id is never taken over,
// since it need not be unique; a good one is logged beside ours when there is something to log.

import { createMiddleware } from 'hono/factory';
import { newId } from '../auth/id.ts';
import type { AppEnv } from './app-env.ts';

const CLIENT_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

export const requestId = createMiddleware<AppEnv>(async (c, next) => {
  c.set('requestId', newId('req', Date.now()));
  await next();
  // The headers are ours already: `securityHeaders` comes before.
  c.res.headers.set('X-Request-ID', c.var.requestId);
});

/** The id that the client gave to its request, if it is fit for a log. */
export function clientRequestId(header: string | undefined): string | undefined {
  return header !== undefined && CLIENT_REQUEST_ID.test(header) ? header : undefined;
}
