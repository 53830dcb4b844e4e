// How the OAuth endpoints refuse: not as the rest of the API, but in the words of RFC 6749 §5.2 and its companions.

import { z } from 'zod';

/** One row a code, with its status. */
export const OAUTH_ERRORS = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  invalid_scope: 400,
  /** RFC 8707. */
  invalid_target: 400,
  /** RFC 9449. */
  invalid_dpop_proof: 400,
  use_dpop_nonce: 400,
  /** RFC 8628. */
  authorization_pending: 400,
  slow_down: 400,
  expired_token: 400,
  access_denied: 400,
  /** RFC 7009. */
  unsupported_token_type: 400,
  /** RFC 7591. */
  invalid_redirect_uri: 400,
  invalid_client_metadata: 400,
  /** The database is away, or too much was asked. */
  temporarily_unavailable: 503,
} as const;

export type OAuthErrorCode = keyof typeof OAUTH_ERRORS;

export const OAuthErrorBody = z
  .object({
    error: z.enum(Object.keys(OAUTH_ERRORS) as [OAuthErrorCode, ...OAuthErrorCode[]]),
    error_description: z.string().meta({ description: 'A sentence for developers.' }),
  })
  .meta({ id: 'OAuthError' });

export interface OAuthRefusal {
  readonly error: OAuthErrorCode;
  readonly description: string;
  /** Where it is another one than the table says: a foreign page, too large a body, too many requests. */
  readonly status?: 403 | 413 | 429;
  readonly headers?: Readonly<Record<string, string>>;
}

export type OAuthResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: OAuthRefusal };

/** The description is sent to the client: plain ASCII without `"` and `\`, and nothing of what the client sent. */
export const refuseOAuth = (
  error: OAuthErrorCode,
  description: string,
  rest: Pick<OAuthRefusal, 'status' | 'headers'> = {},
): { readonly ok: false; readonly refusal: OAuthRefusal } => ({
  ok: false,
  refusal: { error, description, ...rest },
});
