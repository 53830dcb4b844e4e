// Grant device_code (RFC 8628 §3.4): a device asks again and again until a person has answered elsewhere.

import { hasGoodChecksum } from '../../auth/secret.ts';
import { findBySecret } from '../../auth/secret-hash.ts';
import { type OAuthResult, refuseOAuth } from '../../contract/oauth-error.ts';
import type { TokenAnswer } from '../../contract/token-answer.ts';
import { platformDb } from '../../db/database.ts';
import { type DeviceRow, findDevice, notePoll, useDevice } from '../../db/device-polling.ts';
import { insertRefreshTokenAfter, touchGrantAfter } from '../../db/refresh-tokens.ts';
import { narrowResources } from '../../domain/token-terms.ts';
import { endGrantFor } from './end-grant.ts';
import { type GrantFacts, issuePersonToken, newRefreshToken } from './person-token.ts';
import type { GrantAsk } from './token-endpoint.ts';

const SLOWER_S = 5;
const INTERVAL_S_MAX = 300;
const INVALID = refuseOAuth('invalid_grant', 'The device code is unknown or used.');
const PENDING = refuseOAuth('authorization_pending', 'The person has not answered yet.');
const SLOW_DOWN = refuseOAuth('slow_down', 'Wait five seconds longer between two requests.');
const EXPIRED = refuseOAuth('expired_token', 'The device code has expired.');
const DENIED = refuseOAuth('access_denied', 'The person has refused.');

export async function redeemDeviceCode(ask: GrantAsk): Promise<OAuthResult<TokenAnswer>> {
  const { env, now, fields, client } = ask;
  const code = fields.one('device_code');
  if (code === undefined) {
    return refuseOAuth('invalid_request', 'The parameter device_code is missing.');
  }
  if (!hasGoodChecksum(code, 'dc')) return INVALID;
  const device = await findBySecret(env, code, (hash) => findDevice(platformDb(env), hash));
  if (device === null || device.clientId !== client.id) return INVALID;
  if (device.state === 'redeemed') return refuseReuse(ask, device);
  if (device.expiresAt <= now) return EXPIRED;
  if (device.state === 'denied') return DENIED;
  if (device.state === 'pending') return keepWaiting(ask, device);
  return redeem(ask, device);
}

async function keepWaiting({ env, now }: GrantAsk, device: DeviceRow) {
  const { polledAt, intervalS } = device;
  const isTooSoon = polledAt !== null && now - polledAt < intervalS * 1000;
  const slower = Math.min(intervalS + SLOWER_S, INTERVAL_S_MAX);
  await notePoll(platformDb(env), device.hash, { now, intervalS: isTooSoon ? slower : intervalS });
  return isTooSoon ? SLOW_DOWN : PENDING;
}

async function redeem(ask: GrantAsk, device: DeviceRow): Promise<OAuthResult<TokenAnswer>> {
  const { env, now, jkt, fields, origin } = ask;
  const grant = grantOf(device);
  if (grant === null || device.revokedAt !== null) return INVALID;
  if (device.dpopJkt !== null && device.dpopJkt !== jkt) return INVALID;
  const resources = narrowResources(fields.all('resource'), { origin, allowed: grant.resources });
  if (!resources.ok) return resources;
  const db = platformDb(env);
  const next = await newRefreshToken(ask, grant, null);
  const [used] = await db.batch([
    useDevice(db, device.hash),
    insertRefreshTokenAfter(db, next.row),
    touchGrantAfter(db, { id: grant.grantId, now, jkt }),
  ]);
  if (used?.meta.changes === 0) return refuseReuse(ask, device);
  const share = { offline: device.offline, scopes: grant.scopes, resources: resources.value };
  return issuePersonToken(ask, grant, { share, refreshToken: next.secret });
}

/** The grant that the person has made; null where there is none. */
function grantOf(device: DeviceRow): GrantFacts | null {
  const { grantId, userId, grantedAt } = device;
  if (grantId === null || userId === null || grantedAt === null) return null;
  return { ...device, grantId, userId, grantedAt };
}

async function refuseReuse(ask: GrantAsk, { grantId, userId }: DeviceRow) {
  if (grantId === null || userId === null) return INVALID;
  await endGrantFor(ask, { grantId, userId, client: ask.client, reason: 'device_code_reused' });
  return INVALID;
}
