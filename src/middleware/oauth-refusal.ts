// What the doors refuse that stand before an OAuth endpoint, in the words that its clients read (RFC 6749 §5.2): they
// expect a code in `error` whoever refuses.

import { ERRORS, type Refusal } from '../contract/error.ts';
import type { OAuthRefusal } from '../contract/oauth-error.ts';

const ENDPOINT = /^\/v1\/auth\/(token|revoke|introspect|par|device_authorization|register)$/;

/** Null for a refusal that is not an endpoint's: of another path, of a wrong method, of a fault. */
export function oauthRefusalOf(path: string, { code, message }: Refusal): OAuthRefusal | null {
  if (!ENDPOINT.test(path)) return null;
  const { status } = ERRORS[code];
  switch (status) {
    case 400:
      return { error: 'invalid_request', description: message };
    case 403:
      return { error: 'access_denied', description: message, status };
    case 429:
      return { error: 'temporarily_unavailable', description: message, status };
    case 503:
      return {
        error: 'temporarily_unavailable',
        description: message,
        headers: { 'Retry-After': '5' },
      };
    default:
      return null;
  }
}
