// A grant and the code that redeems it, in one batch with its audit row.

import { newId } from '../auth/id.ts';
import type { OAuthClient } from '../auth/oauth-client.ts';
import { newSecret } from '../auth/secret.ts';
import { hashSecret } from '../auth/secret-hash.ts';
import type { AuthorizationRequest } from '../contract/authorization.ts';
import { auditAfter } from '../db/audit.ts';
import { useConsent } from '../db/consents.ts';
import { platformDb } from '../db/database.ts';
import { type GrantRow, insertGrant, insertGrantAfter } from '../db/grants.ts';
import { insertAuthCodeAfter } from '../db/new-auth-codes.ts';
import { returnLocation } from '../domain/return-location.ts';
import { auditRowOf } from './effect.ts';
import { askOfVisit, type PersonVisit } from './visit.ts';

/** OAuth 2.1 §4.1.2 wants it short; a browser needs a second. */
const CODE_MS = 60_000;

export interface Allowed {
  readonly client: OAuthClient;
  readonly request: AuthorizationRequest;
  /** Null: wherever the person may. */
  readonly projectIds: readonly string[] | null;
  /** The question that this answers; null where the person was not asked again. */
  readonly consentId: string | null;
}

/** Where the app gets its code; null if the question was answered before. */
export async function grantCode(visit: PersonVisit, allowed: Allowed): Promise<string | null> {
  const { env, now } = visit;
  const { request, consentId } = allowed;
  const db = platformDb(env);
  const grant = newGrant(visit, allowed);
  const code = newSecret('ac');
  const results = await db.batch([
    ...(consentId === null
      ? [insertGrant(db, grant)]
      : [useConsent(db, consentId, visit.signinId, now), insertGrantAfter(db, grant)]),
    insertAuthCodeAfter(db, {
      hash: await hashSecret(env, code),
      grantId: grant.id,
      clientId: request.clientId,
      redirectUri: request.redirectUri,
      redirectUriSent: request.redirectUriSent,
      challenge: request.challenge,
      resources: request.resources,
      scopes: request.scopes,
      dpopJkt: request.dpopJkt,
      expiresAt: now + CODE_MS,
    }),
    auditAfter(db, auditOfGrant(visit, grant)),
  ]);
  if (results[0]?.meta.changes === 0) return null;
  return returnLocation(request.redirectUri, { code, state: request.state, iss: visit.origin });
}

/** What a person allows an app, whichever way it has asked. */
export function newGrant(
  { caller, now }: PersonVisit,
  {
    client,
    request,
    projectIds,
  }: {
    readonly client: OAuthClient;
    readonly request: Pick<AuthorizationRequest, 'scopes' | 'resources' | 'dpopJkt' | 'offline'>;
    readonly projectIds: readonly string[] | null;
  },
): GrantRow {
  return {
    id: newId('grt', now),
    userId: caller.actor.id,
    clientId: client.id,
    scopes: request.scopes,
    resources: request.resources,
    projectIds,
    documentDigest: client.documentDigest ?? null,
    dpopJkt: request.dpopJkt,
    offline: request.offline,
    authTime: caller.credential.authTimeMs ?? null,
    createdAt: now,
    lastUsedAt: null,
    revokedAt: null,
  };
}

export function auditOfGrant(visit: PersonVisit, grant: GrantRow) {
  const { clientId, scopes, resources, projectIds } = grant;
  return auditRowOf(askOfVisit(visit, visit.caller), {
    projectId: null,
    action: 'grant.created',
    target: { type: 'grant', id: grant.id },
    changes: { before: null, after: { clientId, scopes, resources, projectIds } },
  });
}
