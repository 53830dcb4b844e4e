// What is refused before or behind an OAuth endpoint, in the words that its clients read.

import { ERRORS, type ErrorCode, type Refusal } from '../contract/error.ts';
import type { OAuthErrorCode } from '../contract/oauth-error.ts';

const OAUTH_PATHS = /^\/v1\/auth\/(token|revoke|introspect|par|device_authorization|register)$/;
const NOT_PRINTABLE = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;

/** Whether the clients of this path read RFC 6749 and no more. */
export const isOAuthPath = (path: string): boolean => OAUTH_PATHS.test(path);

export interface OAuthProblem {
  /** `server_error` (RFC 6749 §4.1.2.1): a fault of ours. */
  readonly error: OAuthErrorCode | 'server_error';
  readonly error_description: string;
}

/** Null elsewhere, and where the endpoint does not exist. */
export function oauthProblemOf(path: string, { code, message }: Refusal): OAuthProblem | null {
  if (code === 'not_found' || !isOAuthPath(path)) return null;
  return { error: oauthCodeOf(code), error_description: printable(message) };
}

/** RFC 6749 §5.2: printable ASCII without `"` and `\`. */
export const printable = (text: string): string => text.replace(NOT_PRINTABLE, "'");

function oauthCodeOf(code: ErrorCode): OAuthProblem['error'] {
  if (code === 'internal') return 'server_error';
  const { status } = ERRORS[code];
  return status === 429 || status === 503 ? 'temporarily_unavailable' : 'invalid_request';
}
