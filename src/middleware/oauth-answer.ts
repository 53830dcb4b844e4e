// How the OAuth endpoints read a form and answer: RFC 6749 §3.2, §5.1 and §5.2. Beside the one encoder of the API this is
// the only one, for these clients expect a code in `error`.

import type { Context } from 'hono';
import {
  OAUTH_ERRORS,
  type OAuthRefusal,
  type OAuthResult,
  refuseOAuth,
} from '../contract/oauth-error.ts';
import type { AppEnv } from './app-env.ts';
import { printable } from './oauth-problem.ts';
import { readText } from './read-json.ts';
import { ApiError } from './refusal.ts';

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;.*)?$/i;
const BODY_BYTES_MAX = 65_536;

/** The pairs of a form, as they came. Nothing is read of the query. */
export async function readForm(
  c: Context<AppEnv>,
): Promise<OAuthResult<readonly (readonly [string, string])[]>> {
  const encoding = c.req.header('Content-Encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return refuseOAuth('invalid_request', 'The body must not be compressed.');
  }
  if (!FORM_TYPE.test(c.req.header('Content-Type') ?? '')) {
    const wanted = 'The Content-Type must be application/x-www-form-urlencoded.';
    return refuseOAuth('invalid_request', wanted);
  }
  try {
    const text = await readText(c.req.raw, BODY_BYTES_MAX);
    return { ok: true, value: [...new URLSearchParams(text)] };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return refuseOAuth('invalid_request', 'The body is too large.', { status: 413 });
  }
}

/** Sends what was refused, never to be stored. */
export function writeOAuthRefusal(c: Context<AppEnv>, refusal: OAuthRefusal) {
  const { error, description, headers = {} } = refusal;
  const body = { error, error_description: printable(description) };
  return c.json(body, refusal.status ?? OAUTH_ERRORS[error], {
    ...NO_STORE,
    ...headers,
  });
}

/** RFC 6749 §5.1. */
export const NO_STORE = { 'Cache-Control': 'no-store', Pragma: 'no-cache' } as const;
