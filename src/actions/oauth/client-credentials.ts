// Grant client_credentials (OAuth 2.1 §4.2): a service asks for itself. One read, which found the client, and no write.

import type { OAuthClient } from '../../auth/oauth-client.ts';
import type { OAuthResult } from '../../contract/oauth-error.ts';
import type { TokenAnswer } from '../../contract/token-answer.ts';
import { narrowResources, narrowScopes } from '../../domain/token-terms.ts';
import { issueToken } from './issue-token.ts';
import type { GrantAsk } from './token-endpoint.ts';

export async function grantToService(ask: GrantAsk): Promise<OAuthResult<TokenAnswer>> {
  const { client, fields, origin, jkt } = ask;
  const scopes = narrowScopes(fields.one('scope'), client.scopes);
  if (!scopes.ok) return scopes;
  const asked = [...fields.all('resource'), ...fields.all('audience')];
  const resources = narrowResources(asked, { origin, allowed: narrowed(client, origin) });
  if (!resources.ok) return resources;
  return issueToken(ask, {
    sub: client.id,
    ptype: 'service',
    clientId: client.id,
    scopes: scopes.value,
    resources: resources.value,
    jkt,
    claims: client.environments === null ? {} : { env: [...client.environments] },
  });
}

/** What a client was registered for; the API is among it unless something else was named. */
const narrowed = ({ resources }: OAuthClient, origin: string): readonly string[] =>
  resources.map((name) => (name === `${origin}/` ? origin : name));
