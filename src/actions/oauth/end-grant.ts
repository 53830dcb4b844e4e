import { newId } from '../../auth/id.ts';
import type { OAuthClient } from '../../auth/oauth-client.ts';
import { forgetPats } from '../../auth/pat-lookup.ts';
import { forgetRevoked, revokeAfter } from '../../auth/revocations.ts';
import { type AuditRow, auditAfter } from '../../db/audit.ts';
import { platformDb } from '../../db/database.ts';
import { endGrant } from '../../db/grant-ends.ts';
import { patsOfGrant } from '../../db/pats.ts';
import { closeSockets } from '../close-sockets.ts';
import type { OAuthAsk } from './oauth-ask.ts';

export type EndReason =
  | 'code_reused'
  | 'refresh_token_reused'
  | 'device_code_reused'
  | 'revoked_by_client';

export interface EndedGrant {
  readonly grantId: string;
  /** Whose grant it was. */
  readonly userId: string;
  readonly client: OAuthClient;
  readonly reason: EndReason;
}

/** Ends a grant with all refresh and access tokens from it. */
export async function endGrantFor(
  ask: Pick<OAuthAsk, 'env' | 'now' | 'requestId' | 'ipPrefix'>,
  ended: EndedGrant,
): Promise<void> {
  const db = platformDb(ask.env);
  const { grantId: id, reason, userId } = ended;
  // The tokens that the app has made, and what was exchanged for one of them, die with it.
  const subjects = [id, ...(await patsOfGrant(db, id))];
  await db.batch([
    endGrant(db, { id, now: ask.now, reason }),
    ...subjects.map((subject) => revokeAfter(db, { kind: 'grant', subject }, ask.now)),
    auditAfter(
      db,
      auditOfClient(ask, ended.client, {
        action: 'grant.revoked',
        target: { type: 'grant', id },
        changes: { before: null, after: { reason, userId } },
      }),
    ),
  ]);
  forgetPats(subjects);
  for (const subject of subjects) forgetRevoked({ kind: 'grant', subject }, ask.now);
  await closeSockets(ask.env, subjects);
}

/** A row about what a client did, in the name of nobody but itself. */
export const auditOfClient = (
  { now, requestId, ipPrefix }: Pick<OAuthAsk, 'now' | 'requestId' | 'ipPrefix'>,
  client: OAuthClient,
  deed: Pick<AuditRow, 'action' | 'target' | 'changes'>,
): AuditRow => ({
  ...deed,
  id: newId('aud', now),
  projectId: client.projectId === '' ? null : client.projectId,
  at: now,
  actor: { id: client.id, kind: 'service', name: client.name },
  credential: { kind: 'access_token', id: null },
  environment: null,
  outcome: 'ok',
  requestId,
  ip: ipPrefix,
});
