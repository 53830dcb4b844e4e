// POST /v1/auth/par: a client says what it will ask a person for, so that the browser carries no more than a name of it
// (RFC 9126).

import { randomHex } from '../auth/id.ts';
import { hashSecret } from '../auth/secret-hash.ts';
import { PUSHED_PREFIX } from '../contract/authorization.ts';
import { type OAuthResult, refuseOAuth } from '../contract/oauth-error.ts';
import { platformDb } from '../db/database.ts';
import { insertPushedRequest } from '../db/pushed-requests.ts';
import { chooseReturn, readAuthorization } from '../domain/authorization-request.ts';
import { askingClientOf } from './asking-client.ts';
import { type ClientCall, proveCall, refuseFault } from './client-call.ts';

export const PUSHED_S = 60;

export interface Pushed {
  readonly request_uri: string;
  readonly expires_in: number;
}

/** What the client proves itself by is no part of what it asks for. */
const PROOFS: ReadonlySet<string> = new Set([
  'client_secret',
  'client_assertion',
  'client_assertion_type',
]);

export async function pushRequest(call: ClientCall): Promise<OAuthResult<Pushed>> {
  const proven = await proveCall(call);
  if (!proven.ok) return proven;
  const { client, fields, pairs } = proven.value;
  const { env, now, origin } = call;
  if (client.kind === 'service') {
    return refuseOAuth('unauthorized_client', 'This client asks no person.');
  }
  if (fields.one('request_uri') !== undefined) {
    return refuseOAuth('invalid_request', 'A pushed request names no other.');
  }
  const asking = askingClientOf(client);
  const back = chooseReturn(fields, asking);
  if (back === null) return refuseOAuth('invalid_request', 'The redirect_uri is not registered.');
  const request = readAuthorization(fields, asking, { back, origin, pushed: true });
  if ('error' in request) return refuseFault(request);
  const name = randomHex() + randomHex();
  await insertPushedRequest(platformDb(env), {
    hash: await hashSecret(env, name),
    clientId: client.id,
    params: new URLSearchParams(
      pairs.filter(([key]) => !PROOFS.has(key)).map(([key, value]) => [key, value]),
    ).toString(),
    expiresAt: now + PUSHED_S * 1_000,
  }).run();
  return { ok: true, value: { request_uri: PUSHED_PREFIX + name, expires_in: PUSHED_S } };
}
