// A form that a client itself sends to the authorization server.

import { authenticateClient } from '../auth/client-auth.ts';
import type { OAuthClient } from '../auth/oauth-client.ts';
import type { AuthorizationFault } from '../contract/authorization.ts';
import {
  OAUTH_ERRORS,
  type OAuthErrorCode,
  type OAuthResult,
  refuseOAuth,
} from '../contract/oauth-error.ts';
import { type Parameters, readParameters } from '../domain/oauth-parameters.ts';

export interface ClientCall {
  readonly env: Env;
  readonly now: number;
  readonly origin: string;
  readonly ipPrefix: string | null;
  /** The header `Authorization`. */
  readonly authorization: string | undefined;
  /** The body. */
  readonly pairs: readonly (readonly [string, string])[];
}

export interface ProvenCall {
  readonly client: OAuthClient;
  readonly fields: Parameters;
}

/** The client that calls, and what it says; refused where a parameter is repeated or the client not proven. */
export async function proveCall(call: ClientCall): Promise<OAuthResult<ProvenCall>> {
  const fields = readParameters(call.pairs);
  if (fields.repeated !== null) return refuseOAuth('invalid_request', 'A parameter is repeated.');
  const { env, authorization, origin: issuer, ipPrefix, now: nowMs } = call;
  const request = { authorization, fields, issuer, ipPrefix, nowMs };
  const client = await authenticateClient(env, request);
  return client.ok ? { ok: true, value: { client: client.value, fields } } : client;
}

const isOAuthError = (code: string): code is OAuthErrorCode => Object.hasOwn(OAUTH_ERRORS, code);

/** What would be told to the app through the browser, told to it at once. */
export const refuseFault = ({ error, description }: AuthorizationFault) =>
  refuseOAuth(isOAuthError(error) ? error : 'invalid_request', description);
