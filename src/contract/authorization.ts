// What an app asks a person for (RFC 6749 §4.1.1, RFC 7636, RFC 8707, RFC 9449 §10), once it was found good.

import type { Scope } from './principal.ts';

export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  /** Whether it was named: then it has to be named again when the code is redeemed. */
  readonly redirectUriSent: boolean;
  readonly state: string | null;
  /** S256, in base64url. */
  readonly challenge: string;
  readonly scopes: readonly Scope[];
  /** It named `offline_access` too. */
  readonly offline: boolean;
  readonly resources: readonly string[];
  /** The thumbprint of the key that the tokens shall be bound to. */
  readonly dpopJkt: string | null;
  /** How old the sign-in of the person may be, in seconds. */
  readonly maxAgeS: number | null;
  readonly prompts: readonly Prompt[];
}

export const PROMPTS = ['none', 'login', 'consent', 'select_account'] as const;
export type Prompt = (typeof PROMPTS)[number];

/** The errors of RFC 6749 §4.1.2.1 and of those after it that an authorization can end in. */
export type AuthorizationError =
  | 'invalid_request'
  | 'unauthorized_client'
  | 'access_denied'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'login_required'
  | 'consent_required'
  | 'request_not_supported'
  | 'request_uri_not_supported';

export interface AuthorizationFault {
  readonly error: AuthorizationError;
  /** Printable ASCII without quotation marks and backslashes. */
  readonly description: string;
}

/**
 * Asks for a refresh token, which is given or not whether it is asked for or not: no right of its own, but strict clients
 * want to read it again in the answer (RFC 6749 §3.3).
 */
export const OFFLINE_ACCESS = 'offline_access';

/** The name of a request that was pushed (RFC 9126 §2.2) is this and a secret. */
export const PUSHED_PREFIX = 'urn:ietf:params:oauth:request_uri:';
