// Who may come in by HTTP, and with what: first the scope, then the body.

import { createMiddleware } from 'hono/factory';
import type { Scope } from '../contract/principal.ts';
import type { AppEnv } from './app-env.ts';
import { readJson } from './read-json.ts';
import { checkScope, type Who } from './require-scope.ts';

/** For a route that reads. */
export const admitReader = (scope: Scope, who: Who = {}) =>
  createMiddleware<AppEnv>((c, next) => {
    checkScope(c, scope, who);
    return next();
  });

/** For a route that takes a body of at most `maxBytes`, which is kept as `body` only once the scope suffices. */
export const admitWriter = (scope: Scope, maxBytes: number, who: Who = {}) =>
  createMiddleware<AppEnv>(async (c, next) => {
    checkScope(c, scope, who);
    c.set('body', await readJson(c, maxBytes));
    return next();
  });
