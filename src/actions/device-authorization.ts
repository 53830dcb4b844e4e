// POST /v1/auth/device_authorization: a device without a browser asks for a code to show to a person (RFC 8628 §3.1).

import { newSecret } from '../auth/secret.ts';
import { hashSecret } from '../auth/secret-hash.ts';
import { type OAuthResult, refuseOAuth } from '../contract/oauth-error.ts';
import { platformDb } from '../db/database.ts';
import { insertDeviceCode } from '../db/device-approvals.ts';
import { readResources, readScopes } from '../domain/authorization-request.ts';
import { asksOffline } from '../domain/token-terms.ts';
import { userCodeOf } from '../domain/user-code.ts';
import { askingClientOf } from './asking-client.ts';
import { type ClientCall, proveCall, refuseFault } from './client-call.ts';

const LIFE_S = 600;
const INTERVAL_S = 5;
const RANDOM_BYTES = 32;
const TRIES = 5;
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

export interface DeviceAuthorization {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  readonly expires_in: number;
  readonly interval: number;
}

export async function authorizeDevice(call: ClientCall): Promise<OAuthResult<DeviceAuthorization>> {
  const proven = await proveCall(call);
  if (!proven.ok) return proven;
  const { client, fields } = proven.value;
  const { env, now, origin } = call;
  if (client.kind !== 'native') {
    return refuseOAuth('unauthorized_client', 'This client may not use the device grant.');
  }
  const scopes = readScopes(fields.one('scope'), askingClientOf(client));
  if ('error' in scopes) return refuseFault(scopes);
  const resources = readResources(fields.all('resource'), client, origin);
  if ('error' in resources) return refuseFault(resources);
  const dpopJkt = fields.one('dpop_jkt') ?? null;
  if (dpopJkt !== null && !THUMBPRINT.test(dpopJkt)) {
    return refuseOAuth('invalid_request', 'The dpop_jkt is no thumbprint.');
  }
  const deviceCode = newSecret('dc');
  const hash = await hashSecret(env, deviceCode);
  const asked = { scopes, offline: asksOffline(fields.one('scope')), resources, dpopJkt };
  const row = { hash, clientId: client.id, ...asked, intervalS: INTERVAL_S };
  for (let tries = 0; tries < TRIES; tries += 1) {
    const userCode = userCodeOf(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
    if (userCode === null) continue;
    const expiresAt = now + LIFE_S * 1_000;
    if (!(await insertDeviceCode(platformDb(env), { ...row, userCode, expiresAt }))) continue;
    const query = new URLSearchParams({ user_code: userCode });
    const value = {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: `${origin}/device`,
      verification_uri_complete: `${origin}/device?${query}`,
      expires_in: LIFE_S,
      interval: INTERVAL_S,
    };
    return { ok: true, value };
  }
  return refuseOAuth('temporarily_unavailable', 'Too many devices wait; try again.');
}
