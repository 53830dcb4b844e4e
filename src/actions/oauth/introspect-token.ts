// POST /v1/auth/introspect (RFC 7662): whether a token is good now, as D1 knows it. A client sees its own tokens; one that
// administers its home project sees those of the clients of that project; of all others it learns nothing.

import { invalidClient } from '../../auth/client-credentials.ts';
import { standingOf } from '../../auth/memberships.ts';
import { findClient, type OAuthClient } from '../../auth/oauth-client.ts';
import type { Introspection } from '../../contract/introspection.ts';
import { type OAuthResult, refuseOAuth } from '../../contract/oauth-error.ts';
import { rankOf } from '../../contract/principal.ts';
import { identifyClient } from './identify-client.ts';
import type { OAuthAsk } from './oauth-ask.ts';
import { findToken, isAlive, type KnownToken } from './own-token.ts';

const INACTIVE = { ok: true, value: { active: false } } as const;

export async function introspectToken(ask: OAuthAsk): Promise<OAuthResult<Introspection>> {
  const identified = await identifyClient(ask);
  if (!identified.ok) return identified;
  const client = identified.value;
  // Who only names itself is not known to be anybody (RFC 7662 §2.1).
  if (client.authMethod === 'none') return invalidClient();
  const token = ask.fields.one('token');
  if (token === undefined) return refuseOAuth('invalid_request', 'The parameter token is missing.');
  const found = await findToken(ask, token);
  if (found === null || !(await maySee(ask, client, found.clientId))) return INACTIVE;
  if (!(await isAlive(ask, found))) return INACTIVE;
  return { ok: true, value: viewOf(found) };
}

async function maySee(
  { env, now: nowMs }: OAuthAsk,
  client: OAuthClient,
  clientId: string,
): Promise<boolean> {
  if (clientId === client.id) return true;
  if (client.projectId === '' || !clientId.startsWith('cli_')) return false;
  const standing = await standingOf(env, client.id, { nowMs, fresh: true });
  const role = standing.ok ? standing.value?.roles[client.projectId] : undefined;
  if (role === undefined || rankOf(role) < rankOf('project-admin')) return false;
  const other = await findClient(env, clientId, nowMs);
  return other?.projectId === client.projectId;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

function viewOf(token: KnownToken): Introspection {
  if (token.type === 'refresh') {
    const { scopes, clientId, userId, createdAt, expiresAt } = token.row;
    return {
      active: true,
      scope: scopes.join(' '),
      client_id: clientId,
      sub: userId,
      iat: seconds(createdAt),
      exp: seconds(expiresAt),
    };
  }
  const { scope, client_id, exp, iat, sub, aud, iss, jti, cnf, act } = token.claims;
  return {
    ...{ active: true, scope, client_id, exp, iat, sub, aud, iss, jti },
    token_type: cnf === undefined ? 'Bearer' : 'DPoP',
    ...(cnf === undefined ? {} : { cnf }),
    ...(act === undefined ? {} : { act: { ...act } }),
  };
}
