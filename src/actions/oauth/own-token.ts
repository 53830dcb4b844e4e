// A token that a client asks about, or wants dead, as D1 knows it now.

import { verifyAccessToken } from '../../auth/access-token.ts';
import { standingOf } from '../../auth/memberships.ts';
import { isRevoked } from '../../auth/revocations.ts';
import { hasGoodChecksum } from '../../auth/secret.ts';
import { findBySecret } from '../../auth/secret-hash.ts';
import { agentIssuer } from '../../auth/token-issuer.ts';
import type { AccessClaims } from '../../contract/access-token.ts';
import { LOCAL_OWNER_ID } from '../../contract/id.ts';
import { platformDb } from '../../db/database.ts';
import { findRefreshToken, type RefreshRow } from '../../db/refresh-tokens.ts';
import type { OAuthAsk } from './oauth-ask.ts';

export type KnownToken =
  | { readonly type: 'access'; readonly clientId: string; readonly claims: AccessClaims }
  | { readonly type: 'refresh'; readonly clientId: string; readonly row: RefreshRow };

/** Null for what was not issued here, or has expired. Whether it lives is not looked at. */
export async function findToken(ask: OAuthAsk, token: string): Promise<KnownToken | null> {
  const { env, now } = ask;
  if (hasGoodChecksum(token, 'rt')) {
    const row = await findBySecret(env, token, (hash) => findRefreshToken(platformDb(env), hash));
    return row && { type: 'refresh', clientId: row.clientId, row };
  }
  const verified = await verifyAccessToken(env, token, now);
  if (!verified.ok) return null;
  const claims = verified.value;
  const issuer = claims.ptype === 'agent' ? agentIssuer(env) : ask.origin;
  return claims.iss === issuer ? { type: 'access', clientId: claims.client_id, claims } : null;
}

/** Whether it is good for anything at this moment. */
export async function isAlive({ env, now }: OAuthAsk, token: KnownToken): Promise<boolean> {
  if (token.type === 'refresh') {
    const { usedAt, expiresAt, revokedAt } = token.row;
    return usedAt === null && revokedAt === null && expiresAt > now;
  }
  const { claims } = token;
  const at = { nowMs: now, fresh: true };
  const revoked = await isRevoked(env, claims, at);
  if (!revoked.ok || revoked.value) return false;
  if (claims.ptype === 'agent' || claims.sub === LOCAL_OWNER_ID) return true;
  const standing = await standingOf(env, claims.sub, at);
  return standing.ok && standing.value !== null;
}
