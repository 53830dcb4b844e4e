// By what a client shows who it is (RFC 6749 §2.3, RFC 7523): exactly one of Basic, a secret in the body, an assertion, or
// its bare id.

import { type OAuthResult, refuseOAuth } from '../contract/oauth-error.ts';

export type ClientProof =
  | { readonly by: 'basic' | 'body'; readonly clientId: string; readonly secret: string }
  | { readonly by: 'assertion'; readonly clientId: string | undefined; readonly assertion: string }
  | { readonly by: 'id'; readonly clientId: string };

/** The body of the request, and never its query. */
export interface ClientFields {
  readonly one: (name: string) => string | undefined;
}

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const CLIENT_ID_LENGTH_MAX = 2_048;

/** The one answer for a client that is unknown, disabled, or shows itself wrongly. */
export const invalidClient = (by?: ClientProof['by']) =>
  refuseOAuth(
    'invalid_client',
    'The client is unknown or its authentication failed.',
    by === 'basic' ? { headers: { 'WWW-Authenticate': 'Basic realm="sluice"' } } : {},
  );

export function readClientProof(
  authorization: string | undefined,
  fields: ClientFields,
): OAuthResult<ClientProof> {
  const clientId = fields.one('client_id');
  const secret = fields.one('client_secret');
  const assertion = fields.one('client_assertion');
  const isBasic = authorization !== undefined && /^basic( |$)/i.test(authorization);
  const ways = [isBasic, secret !== undefined, assertion !== undefined].filter(Boolean);
  if (ways.length > 1) {
    return refuseOAuth('invalid_request', 'The client authenticates in more than one way.');
  }
  if (clientId !== undefined && clientId.length > CLIENT_ID_LENGTH_MAX) return invalidClient();
  if (isBasic) return readBasic(authorization, clientId);
  if (assertion !== undefined) {
    if (fields.one('client_assertion_type') !== ASSERTION_TYPE) {
      return refuseOAuth('invalid_request', 'The client_assertion_type is not supported.');
    }
    return { ok: true, value: { by: 'assertion', clientId, assertion } };
  }
  if (clientId === undefined) return invalidClient();
  if (secret !== undefined) return { ok: true, value: { by: 'body', clientId, secret } };
  return { ok: true, value: { by: 'id', clientId } };
}

/** Both parts are form-encoded within (RFC 6749 §2.3.1). */
function readBasic(authorization: string, claimedId: string | undefined): OAuthResult<ClientProof> {
  const text = decodeBasic(authorization.slice('basic '.length).trim());
  const colon = text?.indexOf(':') ?? -1;
  if (text === null || colon < 1) return invalidClient('basic');
  const clientId = decodeForm(text.slice(0, colon));
  const secret = decodeForm(text.slice(colon + 1));
  if (clientId === null || secret === null || clientId.length > CLIENT_ID_LENGTH_MAX) {
    return invalidClient('basic');
  }
  if (claimedId !== undefined && claimedId !== clientId) {
    return refuseOAuth('invalid_request', 'The client_id is not that of the header.');
  }
  return { ok: true, value: { by: 'basic', clientId, secret } };
}

function decodeBasic(text: string): string | null {
  try {
    return atob(text);
  } catch {
    return null;
  }
}

function decodeForm(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}
