// The parts of the doors of signing in: they look at who comes by themselves, and answer with a cookie.

import type { Context, TypedResponse } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Admitted } from '../actions/visit.ts';
import type { AppEnv } from '../middleware/app-env.ts';
import { PLATFORM_BODY_BYTES, parseBody, readBody } from '../middleware/read-json.ts';
import { setSigninCookie } from '../middleware/signin-cookie.ts';

/** Reads the body of a door where nobody needs a credential. */
export const readsBody = createMiddleware<AppEnv>(async (c, next) => {
  c.set('body', parseBody(c, await readBody(c, PLATFORM_BODY_BYTES)));
  return next();
});

export const COOKIE = [{ cookie: [] }];

export const signedIn = {
  description: 'Signed in: the cookie has a new value.',
  headers: { 'Set-Cookie': { schema: { type: 'string' as const }, description: 'The sign-in.' } },
};

type Empty = Response & TypedResponse<null, 204, 'body'>;

/** 204, and the browser is signed in. */
export function sendAdmitted(c: Context<AppEnv>, { cookie }: Admitted<unknown>): Empty {
  setSigninCookie(c, cookie);
  return c.body(null, 204);
}
