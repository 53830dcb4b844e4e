// The cookie of a sign-in on its way to and from the browser.

import type { Context } from 'hono';
import type { Browser } from '../auth/new-signin.ts';
import { cookieHeaders } from '../auth/signin-cookie.ts';
import type { AppEnv } from './app-env.ts';
import { ipPrefixOf } from './ip-prefix.ts';
import { originOf } from './origin-of.ts';

/** Lets the browser keep a sign-in; null ends the one that it keeps. */
export function setSigninCookie(c: Context<AppEnv>, value: string | null): void {
  for (const header of cookieHeaders(value, originOf(c))) {
    c.header('Set-Cookie', header, { append: true });
  }
}

/** What is kept of the browser that signs in. */
export const browserOf = (c: Context<AppEnv>): Browser => ({
  agent: c.req.header('User-Agent'),
  ipPrefix: ipPrefixOf(c.req.header('CF-Connecting-IP')),
});
