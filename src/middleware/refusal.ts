// The one way from a refusal to a response: `unwrap` throws it in a door, `app.onError` writes it.

import type { Context } from 'hono';
import { ERRORS, type ErrorCode, type Refusal, type Result, refuse } from '../contract/error.ts';
import type { AppEnv } from './app-env.ts';
import { challengeOf } from './challenge.ts';
import { oauthProblemOf } from './oauth-problem.ts';
import { originOf } from './origin-of.ts';

const RETRY_AFTER_SECONDS = '5';
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  426: 'Upgrade Required',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};
/** What to do about it, where the sentence does not say so. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  unauthorized: 'Verify the Bearer token and ensure it has not expired.',
  invalid_token: 'Verify the Bearer token and ensure it has not expired.',
  insufficient_scope: 'Request the project-admin role.',
  role_too_low: 'Request the project-admin role.',
  rate_limited: 'Respect the rate limit headers or enable adaptive backoff via the SDK.',
  unavailable: 'Retry with exponential backoff.',
  maintenance: 'Retry with exponential backoff.',
};

const QUOTA_EXCEEDED = 'https://iana.org/assignments/http-problem-types#quota-exceeded';

/** Where the code of a refusal is explained. */
const problemOf = (origin: string, code: ErrorCode): string =>
  `${origin}/problems/${code.replaceAll('_', '-')}`;

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

export const DENIED = new ApiError(refuse('rate_limited', 'Too many requests.').refusal);

/** The value of a result, or its refusal thrown. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ApiError(result.refusal);
}

/**
 * A problem of RFC 9457 with `error` first: that is what the reference and its clients show. The task API says
 * `application/json` of it, as its reference prints. OAuth endpoints answer as RFC 6749 §5.2 says.
 */
export function writeRefusal(c: Context<AppEnv>, error: ApiError): Response {
  const { code, message, extra } = error.refusal;
  const { status } = ERRORS[code];
  const hint = HINTS[code];
  const body = {
    error: message,
    code,
    type: code === 'rate_limited' ? QUOTA_EXCEEDED : problemOf(originOf(c), code),
    title: TITLES[status],
    status,
    detail: message,
    instance: c.req.path,
    ...(hint === undefined ? {} : { hint }),
    ...extra,
    ...(code === 'rate_limited' ? { 'violated-policies': [c.get('quota')?.policy.name] } : {}),
    requestId: c.get('requestId'),
  };
  const challenge = challengeOf(c, error.refusal);
  if (challenge !== null) c.header('WWW-Authenticate', challenge);
  const nonce = extra?.['dpopNonce'];
  if (typeof nonce === 'string') c.header('DPoP-Nonce', nonce);
  if (status === 503) c.header('Retry-After', RETRY_AFTER_SECONDS);
  if (code === 'idempotency_in_flight') c.header('Retry-After', '1');
  const oauth = oauthProblemOf(c.req.path, error.refusal);
  if (oauth !== null) {
    const noStore = { 'Cache-Control': 'no-store', Pragma: 'no-cache' };
    return c.json(oauth, status, { ...error.headers, ...noStore });
  }
  const kind = c.req.path.startsWith('/v1/') ? 'application/problem+json' : 'application/json';
  return c.body(JSON.stringify(body), status, { ...error.headers, 'Content-Type': kind });
}
