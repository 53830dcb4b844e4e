import { authenticateClient } from '../../auth/client-auth.ts';
import type { OAuthClient } from '../../auth/oauth-client.ts';
import { type OAuthResult, refuseOAuth } from '../../contract/oauth-error.ts';
import type { OAuthAsk } from './oauth-ask.ts';

/** The client that asks an OAuth endpoint, from a form whose parameters come once. */
export async function identifyClient(ask: OAuthAsk): Promise<OAuthResult<OAuthClient>> {
  const { env, fields, authorization, origin: issuer, ipPrefix, now: nowMs } = ask;
  if (fields.repeated !== null) {
    return refuseOAuth('invalid_request', 'A parameter came more than once.');
  }
  return authenticateClient(env, { authorization, fields, issuer, ipPrefix, nowMs });
}
