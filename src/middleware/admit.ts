// Who may come in by HTTP, and with what: first the scope, then the body.

import type { Context, MiddlewareHandler, Next } from 'hono';
import type { Scope } from '../contract/principal.ts';
import type { AppEnv } from './app-env.ts';
import type { Scoped } from './challenge.ts';
import { readIdempotency } from './idempotency-key.ts';
import { passQuota } from './limits.ts';
import { parseBody, readBody } from './read-json.ts';
import { checkScope, identifyAnew, type Who } from './require-scope.ts';

type Admission = MiddlewareHandler<AppEnv> & Scoped;

const scopesOf = (scope: Scope, { andScope, orScopes = [] }: Who): string =>
  [scope, andScope, ...orScopes].filter((one) => one !== undefined).join(' ');

/** For a route that reads. */
export function admitReader(scope: Scope, who: Who = {}): Admission {
  const admit: MiddlewareHandler<AppEnv> = who.fresh
    ? async (c, next) => {
        await identifyAnew(c, who);
        checkScope(c, scope, who);
        return goOn(c, next);
      }
    : (c, next) => {
        checkScope(c, scope, who);
        return goOn(c, next);
      };
  return Object.assign(admit, { scope: scopesOf(scope, who) });
}

/** What only reads goes on while its request is counted; what deletes does not. */
const goOn = (c: Context<AppEnv>, next: Next): Promise<void> =>
  c.req.method === 'DELETE' ? passQuota(c).then(next) : next();

/** For a route that takes a body of at most `maxBytes`, which is kept as `body` only once the scope suffices. */
export function admitWriter(scope: Scope, maxBytes: number, who: Who = {}): Admission {
  const admit: MiddlewareHandler<AppEnv> = async (c, next) => {
    if (who.fresh) await identifyAnew(c, who);
    checkScope(c, scope, who);
    const text = await readBody(c, maxBytes);
    // Before it is found fit: what is wrong with it is an outcome too.
    await readIdempotency(c, text);
    c.set('body', parseBody(c, text));
    await passQuota(c);
    return next();
  };
  return Object.assign(admit, { scope: scopesOf(scope, who) });
}
