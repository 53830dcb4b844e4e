// Grant refresh_token (OAuth 2.1 §4.3): each is used once and followed by another. Lost answers and parallel requests look
// like theft, so for 10 s the same token gets the same successor again; only who holds the token can open it. Later
// than that, a second use ends the grant.

import { hasGoodChecksum } from '../../auth/secret.ts';
import { findBySecret } from '../../auth/secret-hash.ts';
import { keyOfSecret, open, seal } from '../../auth/wrapping.ts';
import { type OAuthResult, refuseOAuth } from '../../contract/oauth-error.ts';
import type { TokenAnswer } from '../../contract/token-answer.ts';
import { platformDb } from '../../db/database.ts';
import {
  findRefreshToken,
  insertRefreshTokenAfter,
  type RefreshRow,
  touchGrantAfter,
  useRefreshToken,
} from '../../db/refresh-tokens.ts';
import { asksOffline, narrowResources, narrowScopes } from '../../domain/token-terms.ts';
import { endGrantFor } from './end-grant.ts';
import { issuePersonToken, newRefreshToken, type Share } from './person-token.ts';
import type { GrantAsk } from './token-endpoint.ts';

const GRACE_MS = 10_000;
const LABEL = 'refresh-successor';
const INVALID = refuseOAuth('invalid_grant', 'The refresh token is unknown, expired or revoked.');

export async function refresh(ask: GrantAsk): Promise<OAuthResult<TokenAnswer>> {
  const { env, now, fields, client, jkt } = ask;
  const token = fields.one('refresh_token');
  if (token === undefined) {
    return refuseOAuth('invalid_request', 'The parameter refresh_token is missing.');
  }
  if (!hasGoodChecksum(token, 'rt')) return INVALID;
  const db = platformDb(env);
  const row = await findBySecret(env, token, (hash) => findRefreshToken(db, hash));
  if (row === null || row.clientId !== client.id || row.revokedAt !== null) return INVALID;
  if (row.dpopJkt !== null && row.dpopJkt !== jkt) return INVALID;
  const share = shareOf(ask, row);
  if (!share.ok) return share;
  if (row.usedAt !== null) return again(ask, row, { token, share: share.value });
  if (row.expiresAt <= now) return INVALID;
  const { hash } = row;
  const next = await newRefreshToken(ask, row, hash);
  const successorWrapped = await seal(await keyOfSecret(token, LABEL), next.secret);
  const [used] = await db.batch([
    useRefreshToken(db, { hash, now, successorWrapped }),
    insertRefreshTokenAfter(db, next.row),
    touchGrantAfter(db, { id: row.grantId, now, jkt: null }),
  ]);
  if (used?.meta.changes !== 0) {
    return issuePersonToken(ask, row, { share: share.value, refreshToken: next.secret });
  }
  const winner = await findRefreshToken(db, hash);
  if (winner === null || winner.usedAt === null || winner.revokedAt !== null) return INVALID;
  return again(ask, winner, { token, share: share.value });
}

/** Only narrower than what was granted; the refresh token itself stays as wide. */
function shareOf({ fields, origin }: GrantAsk, row: RefreshRow): OAuthResult<Share> {
  const asked = fields.one('scope');
  const scopes = narrowScopes(asked, row.scopes, { offline: true });
  if (!scopes.ok) return scopes;
  const resources = narrowResources(fields.all('resource'), { origin, allowed: row.resources });
  if (!resources.ok) return resources;
  const offline = asked === undefined ? row.offline : asksOffline(asked);
  return { ok: true, value: { offline, scopes: scopes.value, resources: resources.value } };
}

async function again(
  ask: GrantAsk,
  row: RefreshRow,
  { token, share }: { readonly token: string; readonly share: Share },
): Promise<OAuthResult<TokenAnswer>> {
  const { usedAt, successorWrapped, grantId, userId } = row;
  if (usedAt !== null && successorWrapped !== null && ask.now - usedAt <= GRACE_MS) {
    const refreshToken = await open(await keyOfSecret(token, LABEL), successorWrapped);
    if (refreshToken !== null) return issuePersonToken(ask, row, { share, refreshToken });
  }
  await endGrantFor(ask, { grantId, userId, client: ask.client, reason: 'refresh_token_reused' });
  return INVALID;
}
