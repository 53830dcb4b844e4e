// POST /v1/auth/register: an app makes itself known (RFC 7591), where a deployment allows it. It is public, gets no secret
// and no project, and is forgotten after 90 days.

import { newId } from '../auth/id.ts';
import { type DescribedClient, readClientMetadata } from '../contract/client-metadata.ts';
import { API_VERSION } from '../contract/credential-field.ts';
import { type OAuthResult, refuseOAuth } from '../contract/oauth-error.ts';
import { type AuditRow, auditAfter } from '../db/audit.ts';
import { platformDb } from '../db/database.ts';
import { countFailure } from '../db/failures.ts';
import { expireRegisteredClients, insertRegisteredClient } from '../db/registered-clients.ts';
import type { PageVisit } from './visit.ts';

const CLIENTS_MAX = 1_000;
const PER_NETWORK_MAX = 10;
const SPAN_MS = 3_600_000;

export interface RegisteredClient {
  readonly client_id: string;
  readonly client_id_issued_at: number;
  readonly client_name: string;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly response_types: readonly ['code'];
  readonly token_endpoint_auth_method: 'none';
  readonly scope: string;
}

export const isRegistrationOn = (env: Env): boolean => env.CLIENT_REGISTRATION === '1';

export async function registerClient(
  visit: PageVisit,
  body: unknown,
): Promise<OAuthResult<RegisteredClient>> {
  const described = readClientMetadata(body);
  if ('error' in described) return refuseOAuth(described.error, described.description);
  if (described.authMethod !== 'none') {
    return refuseOAuth('invalid_client_metadata', 'Only public clients register themselves.');
  }
  const { env, now, ipPrefix } = visit;
  const db = platformDb(env);
  const k = `register ${ipPrefix ?? ''}`;
  const { count, until } = await countFailure(db, k, { now, spanMs: SPAN_MS });
  if (count > PER_NETWORK_MAX) return tooMany(until - now);
  const id = newId('cli', now);
  const name = described.name ?? 'Unnamed app';
  const client = { ...described, id, name, apiVersion: API_VERSION, createdAt: now };
  const results = await db.batch([
    expireRegisteredClients(db, now),
    insertRegisteredClient(db, client, CLIENTS_MAX),
    auditAfter(db, auditOf(visit, { id, name })),
  ]);
  if (results[1]?.meta.changes === 0) return tooMany(SPAN_MS);
  return { ok: true, value: viewOf(described, { id, name, now }) };
}

const tooMany = (restMs: number) =>
  refuseOAuth('temporarily_unavailable', 'Too many clients have registered; try again later.', {
    status: 429,
    headers: { 'Retry-After': String(Math.ceil(restMs / 1_000)) },
  });

function viewOf(
  described: DescribedClient,
  { id, name, now }: { readonly id: string; readonly name: string; readonly now: number },
): RegisteredClient {
  return {
    client_id: id,
    client_id_issued_at: Math.floor(now / 1_000),
    client_name: name,
    redirect_uris: described.redirectUris,
    grant_types: described.grantTypes,
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    scope: described.scopes.join(' '),
  };
}

/** Nobody is known here but the client that has just been made. */
function auditOf(
  { now, requestId, ipPrefix }: PageVisit,
  { id, name }: { readonly id: string; readonly name: string },
): AuditRow {
  return {
    id: newId('aud', now),
    projectId: null,
    at: now,
    actor: { id, kind: 'service', name },
    credential: { kind: 'none', id: null },
    action: 'client.registered',
    target: { type: 'client', id },
    environment: null,
    outcome: 'ok',
    requestId,
    ip: ipPrefix,
    changes: null,
  };
}
