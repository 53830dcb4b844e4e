import type { MiddlewareHandler } from 'hono';
import { refuse } from '../contract/error.ts';
import type { Scope } from '../contract/principal.ts';
import type { AppEnv } from './app-env.ts';
import type { Scoped } from './challenge.ts';
import { passQuota } from './limits.ts';
import { unwrap } from './refusal.ts';
import { checkScope, type Who } from './require-scope.ts';

/**
 * For a route that takes bytes of any kind, at most `maxBytes` where their number is named. They are not read here, so that
 * they need never be held whole; who reads them counts them.
 */
export function admitUpload(
  scope: Scope,
  maxBytes: number,
  who: Who = {},
): MiddlewareHandler<AppEnv> & Scoped {
  const admit: MiddlewareHandler<AppEnv> = async (c, next) => {
    checkScope(c, scope, who);
    const encoding = c.req.header('Content-Encoding');
    if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
      unwrap(refuse('unsupported_media_type', 'The body must not be compressed'));
    }
    if (Number(c.req.header('Content-Length') ?? 0) > maxBytes) {
      unwrap(refuse('too_large', `The body must be ${maxBytes} bytes or less`));
    }
    await passQuota(c);
    return next();
  };
  return Object.assign(admit, { scope });
}
