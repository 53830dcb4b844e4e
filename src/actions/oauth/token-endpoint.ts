// POST /v1/auth/token: who asks, for which grant, under which key; then that grant decides.

import type { OAuthClient } from '../../auth/oauth-client.ts';
import { sha256Text } from '../../auth/sha256.ts';
import { type OAuthResult, refuseOAuth } from '../../contract/oauth-error.ts';
import type { TokenAnswer } from '../../contract/token-answer.ts';
import { type GrantType, isGrantType, mayUse } from '../../domain/client-grants.ts';
import { grantToService } from './client-credentials.ts';
import { redeemDeviceCode } from './device-code.ts';
import { identifyClient } from './identify-client.ts';
import type { OAuthAsk } from './oauth-ask.ts';
import { provenKey } from './proven-key.ts';
import { redeemCode } from './redeem-code.ts';
import { refresh } from './refresh.ts';
import { exchangeToken } from './token-exchange.ts';

/** A request for a token by a client that has shown itself. */
export interface GrantAsk extends OAuthAsk {
  readonly client: OAuthClient;
  /** The thumbprint of the key that it has proved to hold. */
  readonly jkt: string | null;
}

const GRANTS: Readonly<Record<GrantType, (ask: GrantAsk) => Promise<OAuthResult<TokenAnswer>>>> = {
  client_credentials: grantToService,
  authorization_code: redeemCode,
  refresh_token: refresh,
  'urn:ietf:params:oauth:grant-type:device_code': redeemDeviceCode,
  'urn:ietf:params:oauth:grant-type:token-exchange': exchangeToken,
};

const TOO_MANY = refuseOAuth('temporarily_unavailable', 'Too many requests of this client.', {
  status: 429,
});
const UNCOUNTED = refuseOAuth('temporarily_unavailable', 'Requests cannot be counted now.');

/**
 * Each client has a limit of its own. One that has no secret is whoever calls itself so, and is counted by network: nobody
 * uses up the limit of others.
 */
async function limitName({ ipPrefix }: OAuthAsk, client: OAuthClient): Promise<string> {
  const network = client.authMethod === 'none' ? ` ${ipPrefix ?? 'unknown'}` : '';
  return `token:${await sha256Text(client.id + network)}`;
}

export async function answerTokenRequest(ask: OAuthAsk): Promise<OAuthResult<TokenAnswer>> {
  const grantType = ask.fields.one('grant_type');
  const identified = await identifyClient(ask);
  if (!identified.ok) return identified;
  const client = identified.value;
  const counted = await ask.count(await limitName(ask, client));
  if (!counted.ok) return counted.refusal.code === 'rate_limited' ? TOO_MANY : UNCOUNTED;
  if (grantType === undefined) {
    return refuseOAuth('invalid_request', 'The parameter grant_type is missing.');
  }
  if (!isGrantType(grantType)) {
    return refuseOAuth('unsupported_grant_type', 'This grant_type is not supported.');
  }
  if (!mayUse(client.kind, grantType)) {
    return refuseOAuth('unauthorized_client', 'The client may not use this grant_type.');
  }
  const jkt = await provenKey(ask, client);
  if (!jkt.ok) return jkt;
  return GRANTS[grantType]({ ...ask, client, jkt: jkt.value });
}
