// Who stands at the doors of signing in: a browser with or without a sign-in, and never through a foreign page.

import type { Context } from 'hono';
import { INVALID_CREDENTIAL } from '../auth/credential-facts.ts';
import { isFromForeignPage } from '../auth/own-page.ts';
import { readCookie } from '../auth/signin-cookie.ts';
import { findSigninOf } from '../auth/signin-lookup.ts';
import { refuse } from '../contract/error.ts';
import type { AppEnv } from './app-env.ts';
import { pageVisitOf } from './person.ts';
import { unwrap } from './refusal.ts';
import { browserOf } from './signin-cookie.ts';

const FOREIGN = refuse('forbidden_origin', 'A sign-in counts for pages of this server only.');

/** The request as these doors see it. A cookie that is worth nothing any more is as good as none. */
export async function visitorOf(c: Context<AppEnv>) {
  const page = {
    origin: c.req.header('Origin'),
    fetchSite: c.req.header('Sec-Fetch-Site'),
    fetchMode: c.req.header('Sec-Fetch-Mode'),
  };
  const visit = pageVisitOf(c);
  if (isFromForeignPage(page, visit.origin)) unwrap(FOREIGN);
  const { url, method } = c.req;
  const cookie = readCookie(c.req.header('Cookie'), url);
  const rest = {
    authorization: undefined,
    host: c.req.header('Host'),
    nowMs: visit.now,
    method,
    url,
  };
  const found =
    cookie === null ? INVALID_CREDENTIAL : await findSigninOf(c.env, { ...rest, ...page }, cookie);
  const isNone = !found.ok && found.refusal.code === INVALID_CREDENTIAL.refusal.code;
  const signin = isNone ? null : unwrap(found);
  return { ...visit, browser: browserOf(c), signin };
}
