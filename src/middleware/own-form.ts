// Forms of our own pages. A browser sends the cookie of a sign-in along with whatever any page posts, so it must say that
// the page is one of ours: a page that names no referrer has the origin `null`, and `Sec-Fetch-Site` vouches for it then.

import type { Context } from 'hono';
import { refuse } from '../contract/error.ts';
import type { AppEnv } from './app-env.ts';
import { originOf } from './origin-of.ts';
import { readText } from './read-json.ts';
import { unwrap } from './refusal.ts';

const FORM_BYTES = 65_536;
const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;.*)?$/i;
const FOREIGN = refuse('forbidden_origin', 'This form was not sent by a page of this server.');

/** The fields of a form that a page of this server has sent; anything else is refused, and by 403 if it is foreign. */
export async function readOwnForm(c: Context<AppEnv>): Promise<URLSearchParams> {
  if (!isOwn(c)) unwrap(FOREIGN);
  return readForm(c);
}

/** The fields of a form, whoever sends it. */
export async function readForm(c: Context<AppEnv>): Promise<URLSearchParams> {
  const encoding = c.req.header('Content-Encoding') ?? 'identity';
  if (encoding !== 'identity' || !FORM_TYPE.test(c.req.header('Content-Type') ?? '')) {
    unwrap(refuse('unsupported_media_type', 'The body must be a form'));
  }
  return new URLSearchParams(await readText(c.req.raw, FORM_BYTES));
}

function isOwn(c: Context<AppEnv>): boolean {
  const site = c.req.header('Sec-Fetch-Site');
  const origin = c.req.header('Origin');
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin !== undefined && origin !== 'null' && origin !== originOf(c)) return false;
  return site !== undefined || origin === originOf(c);
}
