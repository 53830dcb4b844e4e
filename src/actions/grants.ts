// What a person has allowed apps: their own to see and to end.

import { forgetPats } from '../auth/pat-lookup.ts';
import { forgetRevoked, revokeAfter } from '../auth/revocations.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { GRANT_ID, type Grant } from '../contract/grant.ts';
import { isoOf } from '../contract/instant.ts';
import type { Listing, PageQuery } from '../contract/listing.ts';
import { platformDb } from '../db/database.ts';
import { type ListedGrant, listGrants, revokeGrant } from '../db/grants.ts';
import { patsOfGrant } from '../db/pats.ts';
import { CONSENT_MS } from '../domain/remembered-consent.ts';
import type { Ask } from './ask.ts';
import { closeSockets } from './close-sockets.ts';
import { commit } from './effect.ts';
import { readPage } from './paging.ts';

const NOT_FOUND = refuse('not_found', 'Grant not found');

/** Those that live, newest first. */
export function listOwnGrants(ask: Ask, query: PageQuery): Promise<Result<Listing<Grant>>> {
  const owner = { userId: ask.actor.id, since: ask.now - CONSENT_MS };
  const list = { query, filter: { list: 'grants' } };
  return readPage(ask, list, (slice) => listGrants(platformDb(ask.env), owner, slice), viewOf);
}

/** Its refresh tokens and codes are dead with it, and its access tokens within 15 s everywhere. */
export async function revokeOwnGrant(ask: Ask, id: string): Promise<Result<null>> {
  if (!GRANT_ID.test(id)) return NOT_FOUND;
  const { env, now } = ask;
  const db = platformDb(env);
  const made = await patsOfGrant(db, id);
  const done = await commit(ask, {
    statements: [
      revokeGrant(db, { id, userId: ask.actor.id, now, reason: 'revoked by the person' }),
      // The tokens that the app has made, and what was exchanged for one of them, die with it.
      ...[id, ...made].map((subject) => revokeAfter(db, { kind: 'grant', subject }, now)),
    ],
    deed: { projectId: null, action: 'grant.revoked', target: { type: 'grant', id } },
    reply: { status: 204, body: null },
  });
  if (done === null) return NOT_FOUND;
  if (!done.ok) return done;
  forgetPats(made);
  for (const subject of [id, ...made]) forgetRevoked({ kind: 'grant', subject }, now);
  await closeSockets(env, [id, ...made]);
  return ok(null);
}

const viewOf = (row: ListedGrant): Grant => ({
  id: row.id,
  clientId: row.clientId,
  clientName: row.clientName,
  scopes: [...row.scopes],
  resources: [...row.resources],
  projectIds: row.projectIds && [...row.projectIds],
  createdAt: isoOf(row.createdAt),
  lastUsedAt: row.lastUsedAt === null ? null : isoOf(row.lastUsedAt),
});
