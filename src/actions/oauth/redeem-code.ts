// Grant authorization_code (OAuth 2.1 §4.1.3): a code is redeemed once, by the client that it was made for, with the
// verifier that it was asked with. A second time ends everything that came of it.

import { hasGoodChecksum } from '../../auth/secret.ts';
import { findBySecret } from '../../auth/secret-hash.ts';
import { sha256Text } from '../../auth/sha256.ts';
import { type OAuthResult, refuseOAuth } from '../../contract/oauth-error.ts';
import type { TokenAnswer } from '../../contract/token-answer.ts';
import { type CodeRow, findCode, useCode } from '../../db/code-redemption.ts';
import { platformDb } from '../../db/database.ts';
import { insertRefreshTokenAfter, touchGrantAfter } from '../../db/refresh-tokens.ts';
import { narrowResources } from '../../domain/token-terms.ts';
import { endGrantFor } from './end-grant.ts';
import { issuePersonToken, newRefreshToken } from './person-token.ts';
import type { GrantAsk } from './token-endpoint.ts';

const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;
const INVALID = refuseOAuth('invalid_grant', 'The code is unknown, expired, used or not for this.');

export async function redeemCode(ask: GrantAsk): Promise<OAuthResult<TokenAnswer>> {
  const { env, now, fields, client, origin } = ask;
  const code = fields.one('code');
  if (code === undefined) return refuseOAuth('invalid_request', 'The parameter code is missing.');
  if (!hasGoodChecksum(code, 'ac')) return INVALID;
  const db = platformDb(env);
  const row = await findBySecret(env, code, (hash) => findCode(db, hash));
  if (row === null || row.clientId !== client.id) return INVALID;
  if (row.usedAt !== null) return refuseReuse(ask, row);
  if (row.expiresAt <= now || row.revokedAt !== null) return INVALID;
  if (!(await isBoundTo(ask, row))) return INVALID;
  const resources = narrowResources(fields.all('resource'), { origin, allowed: row.resources });
  if (!resources.ok) return resources;
  const next = await newRefreshToken(ask, row, null);
  const [used] = await db.batch([
    useCode(db, row.hash, now),
    insertRefreshTokenAfter(db, next.row),
    touchGrantAfter(db, { id: row.grantId, now, jkt: ask.jkt }),
  ]);
  // Another request was faster: that is a second use as well.
  if (used?.meta.changes === 0) return refuseReuse(ask, row);
  const share = { offline: row.offline, scopes: row.scopes, resources: resources.value };
  return issuePersonToken(ask, row, { share, refreshToken: next.secret });
}

/** RFC 7636 §4.6, RFC 9449 §10; the redirect URI where it is sent, as OAuth 2.0 wanted. */
async function isBoundTo({ fields, jkt }: GrantAsk, row: CodeRow): Promise<boolean> {
  const redirectUri = fields.one('redirect_uri');
  if (redirectUri !== undefined && redirectUri !== row.redirectUri) return false;
  if (row.dpopJkt !== null && row.dpopJkt !== jkt) return false;
  const verifier = fields.one('code_verifier');
  if (row.challenge === '') return verifier === undefined;
  if (verifier === undefined || !VERIFIER.test(verifier)) return false;
  return (await sha256Text(verifier)) === row.challenge;
}

async function refuseReuse(ask: GrantAsk, { grantId, userId }: CodeRow) {
  await endGrantFor(ask, { grantId, userId, client: ask.client, reason: 'code_reused' });
  return INVALID;
}
