// The one way from a refusal to a response: `unwrap` throws it in a door, `app.onError` writes it.

import type { Context } from 'hono';
import { ERRORS, type Refusal, type Result } from '../contract/error.ts';
import type { AppEnv } from './app-env.ts';

const RETRY_AFTER_SECONDS = '5';

/** A refusal on its way out of a door. It is thrown in doors only; everywhere else it is a value. */
export class ApiError extends Error {
  readonly refusal: Refusal;
  readonly headers: Readonly<Record<string, string>>;

  constructor(refusal: Refusal, headers: Readonly<Record<string, string>> = {}) {
    super(refusal.message);
    this.name = 'ApiError';
    this.refusal = refusal;
    this.headers = headers;
  }
}

/** The value of a result, or its refusal thrown. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ApiError(result.refusal);
}

/** The body prints `error` first: that is what the reference and its clients show. */
export function writeRefusal(c: Context<AppEnv>, error: ApiError): Response {
  const { code, message, extra } = error.refusal;
  const body = { error: message, code, ...extra, requestId: c.get('requestId') };
  const { status } = ERRORS[code];
  if (status === 503) c.header('Retry-After', RETRY_AFTER_SECONDS);
  return c.json(body, status, { ...error.headers });
}
