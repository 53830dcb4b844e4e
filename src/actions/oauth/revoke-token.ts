// POST /v1/auth/revoke (RFC 7009): a client ends a token of its own. An unknown or foreign one is none of its business and
// answered the same. A refresh token takes its grant along, and with it the access tokens.

import { forgetRevoked, isRevoked, revoke } from '../../auth/revocations.ts';
import { type OAuthResult, refuseOAuth } from '../../contract/oauth-error.ts';
import { auditAfter } from '../../db/audit.ts';
import { platformDb } from '../../db/database.ts';
import { closeSockets } from '../close-sockets.ts';
import { auditOfClient, endGrantFor } from './end-grant.ts';
import { identifyClient } from './identify-client.ts';
import type { OAuthAsk } from './oauth-ask.ts';
import { findToken } from './own-token.ts';

/** Secrets of other kinds are ended where they were made. */
const OTHER_SECRET = /^slc_(?!rt_)[a-z]{2,4}_/;

export async function revokeToken(ask: OAuthAsk): Promise<OAuthResult<object>> {
  const identified = await identifyClient(ask);
  if (!identified.ok) return identified;
  const client = identified.value;
  const token = ask.fields.one('token');
  if (token === undefined) return refuseOAuth('invalid_request', 'The parameter token is missing.');
  if (OTHER_SECRET.test(token)) {
    return refuseOAuth('unsupported_token_type', 'Tokens of this kind are not revoked here.');
  }
  const done = { ok: true, value: {} } as const;
  const found = await findToken(ask, token);
  if (found === null || found.clientId !== client.id) return done;
  if (found.type === 'refresh') {
    const { grantId, userId } = found.row;
    await endGrantFor(ask, { grantId, userId, client, reason: 'revoked_by_client' });
    return done;
  }
  // Else whoever holds one token could fill the set of the dead, which has an end, by revoking it again and again.
  const { env, now: nowMs } = ask;
  const revokedBefore = await isRevoked(env, found.claims, { nowMs, fresh: true });
  if (revokedBefore.ok && revokedBefore.value) return done;
  const db = platformDb(ask.env);
  const { jti: subject } = found.claims;
  const revoked = { kind: 'jti', subject } as const;
  const target = { type: 'access_token', id: subject };
  const row = auditOfClient(ask, client, { action: 'token.revoked', target, changes: null });
  await db.batch([revoke(db, revoked, ask.now), auditAfter(db, row)]);
  forgetRevoked(revoked, ask.now);
  await closeSockets(ask.env, [subject]);
  return done;
}
