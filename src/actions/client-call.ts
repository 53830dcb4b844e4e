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
import { shownKey } from './oauth/proven-key.ts';

export interface ClientCall {
  readonly env: Env;
  readonly now: number;
  readonly origin: string;
  /** The path that was asked. */
  readonly path: string;
  readonly ipPrefix: string | null;
  /** The header `Authorization`. */
  readonly authorization: string | undefined;
  /** The header `DPoP`. */
  readonly dpop: string | undefined;
  /** The body. */
  readonly pairs: Pairs;
}

type Pairs = readonly (readonly [string, string])[];

export interface ProvenCall {
  readonly client: OAuthClient;
  readonly fields: Parameters;
  /** The same, as they are kept. */
  readonly pairs: Pairs;
}

/**
 * The client that calls, and what it says; refused where a parameter is repeated or the client not proven. A key that it
 * proves to hold counts as if it were named by `dpop_jkt`, and must not be another one (RFC 9449 §10.1).
 */
export async function proveCall(call: ClientCall): Promise<OAuthResult<ProvenCall>> {
  const fields = readParameters(call.pairs);
  if (fields.repeated !== null) return refuseOAuth('invalid_request', 'A parameter is repeated.');
  const { env, authorization, origin: issuer, ipPrefix, now: nowMs } = call;
  const request = { authorization, fields, issuer, ipPrefix, nowMs };
  const client = await authenticateClient(env, request);
  if (!client.ok) return client;
  const key = await shownKey(call);
  if (!key.ok) return key;
  const named = fields.one('dpop_jkt') ?? key.value;
  if (key.value !== null && named !== key.value) {
    return refuseOAuth(
      'invalid_dpop_proof',
      'The proof is made with another key than dpop_jkt names.',
    );
  }
  const pairs: Pairs = [
    ...call.pairs.filter(([name]) => name !== 'dpop_jkt'),
    ...(named === null ? [] : [['dpop_jkt', named] as const]),
  ];
  return { ok: true, value: { client: client.value, fields: readParameters(pairs), pairs } };
}

const isOAuthError = (code: string): code is OAuthErrorCode => Object.hasOwn(OAUTH_ERRORS, code);

/** What would be told to the app through the browser, told to it at once. */
export const refuseFault = ({ error, description }: AuthorizationFault) =>
  refuseOAuth(isOAuthError(error) ? error : 'invalid_request', description);
