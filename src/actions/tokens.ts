// Personal access tokens: a person's own, and nobody else's.

import { newId } from '../auth/id.ts';
import { forgetPats } from '../auth/pat-lookup.ts';
import { forgetRevoked, revokeAfter } from '../auth/revocations.ts';
import { newSecret } from '../auth/secret.ts';
import { hashSecret, hintOf } from '../auth/secret-hash.ts';
import { API_VERSION } from '../contract/credential-field.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { isoOf } from '../contract/instant.ts';
import type { Listing, PageQuery } from '../contract/listing.ts';
import type { Reply } from '../contract/reply.ts';
import {
  type CreateTokenBody,
  type NewToken,
  TOKEN_ID,
  TOKENS_MAX,
  type Token,
} from '../contract/token.ts';
import { platformDb } from '../db/database.ts';
import { findOwnPat, insertPat, listPats, type Pat, patFamily, revokePat } from '../db/pats.ts';
import { type Reach, reachOf } from '../domain/token-limits.ts';
import type { Ask } from './ask.ts';
import { closeSockets } from './close-sockets.ts';
import { commit, once } from './effect.ts';
import { readPage } from './paging.ts';
import { targetProject } from './target.ts';

const NOT_FOUND = refuse('not_found', 'Token not found');
const LIMIT = refuse('limit_reached', `A person has at most ${TOKENS_MAX} live tokens.`);
const MAKER_DEAD = refuse('invalid_token', 'The credential is unknown, expired or revoked.');

function viewOf(pat: Pat): Token {
  return {
    id: pat.id,
    name: pat.name,
    scopes: [...pat.scopes],
    projectIds: pat.projectIds && [...pat.projectIds],
    environments: pat.environments && [...pat.environments],
    expiresAt: isoOf(pat.expiresAt),
    ipCidrs: pat.ipCidrs && [...pat.ipCidrs],
    rateLimitPerMinute: pat.ratePerMinute,
    hint: pat.hint,
    parentId: pat.parentId,
    // Written by `createToken` and by the bootstrap.
    createdVia: pat.createdVia as Token['createdVia'],
    createdAt: isoOf(pat.createdAt),
    lastUsedAt: pat.lastUsedAt === null ? null : isoOf(pat.lastUsedAt),
    revokedAt: pat.revokedAt === null ? null : isoOf(pat.revokedAt),
  };
}

export function listTokens(ask: Ask, query: PageQuery): Promise<Result<Listing<Token>>> {
  const db = platformDb(ask.env);
  const list = { query, filter: { list: 'tokens' } };
  return readPage(ask, list, (slice) => listPats(db, ask.actor.id, slice), viewOf);
}

interface Maker {
  readonly reach: Reach;
  /** Of the app that asks, or that has made the token that asks. */
  readonly grantId: string | null;
}

/** How far the credential that asks reaches; null for a token that has died meanwhile. */
async function makerOfAsker({ env, actor, credential }: Ask): Promise<Maker | null> {
  const own: Reach = {
    scopes: actor.scopes,
    projectIds: credential.projectIds ?? null,
    environments: actor.environments ?? null,
    ipCidrs: null,
    ratePerMinute: null,
    expiresAt: null,
  };
  if (credential.kind !== 'pat') return { reach: own, grantId: credential.grantId ?? null };
  const parent = await findOwnPat(platformDb(env), {
    id: credential.id ?? '',
    userId: actor.id,
  });
  return parent && { reach: parent, grantId: parent.grantId };
}

export function createToken(ask: Ask, body: CreateTokenBody): Promise<Result<Reply<NewToken>>> {
  return once(ask, async () => {
    const maker = await makerOfAsker(ask);
    if (maker === null) return MAKER_DEAD;
    const reach = reachOf(body, maker.reach, ask.now);
    if (!reach.ok) return reach;
    for (const projectId of body.projectIds ?? []) {
      const project = await targetProject(ask, projectId);
      if (!project.ok) return project;
    }
    return keep(ask, { ...reach.value, name: body.name, grantId: maker.grantId });
  });
}

async function keep(
  ask: Ask,
  wanted: Reach & Pick<Pat, 'name' | 'grantId' | 'expiresAt'>,
): Promise<Result<Reply<NewToken>>> {
  const { env, actor, credential, now } = ask;
  const token = newSecret('pat');
  const pat = {
    ...wanted,
    id: newId('tok', now),
    userId: actor.id,
    parentId: credential.kind === 'pat' ? credential.id : null,
    apiVersion: API_VERSION,
    hint: hintOf(token),
    createdVia: credential.kind,
    createdAt: now,
  };
  const view = viewOf({ ...pat, lastUsedAt: null, revokedAt: null });
  const row = { ...pat, hash: await hashSecret(env, token) };
  const made = await commit<NewToken>(ask, {
    statements: [insertPat(platformDb(env), row, TOKENS_MAX)],
    deed: {
      projectId: null,
      action: 'token.created',
      target: { type: 'token', id: pat.id },
      changes: { before: null, after: view },
    },
    reply: { status: 201, body: { ...view, token }, secrets: ['token'] },
  });
  if (made !== null) return made;
  return (await isMakerAlive(ask)) ? LIMIT : MAKER_DEAD;
}

async function isMakerAlive({ env, actor, credential, now }: Ask): Promise<boolean> {
  if (credential.kind !== 'pat') return true;
  const own = { id: credential.id ?? '', userId: actor.id };
  const parent = await findOwnPat(platformDb(env), own);
  return parent !== null && parent.revokedAt === null && parent.expiresAt > now;
}

/** Revokes it with those that were made by it. One that is revoked already stays so. */
export async function revokeToken(ask: Ask, id: string): Promise<Result<Reply<null>>> {
  const db = platformDb(ask.env);
  if (!TOKEN_ID.test(id)) return NOT_FOUND;
  const pat = await findOwnPat(db, { id, userId: ask.actor.id });
  if (pat === null) return NOT_FOUND;
  const reply = { status: 204, body: null } as const;
  const family = await patFamily(db, id);
  const revoked = await commit(ask, {
    statements: [
      revokePat(db, id, ask.now),
      // What was exchanged for one of them dies with it.
      ...family.map((subject) => revokeAfter(db, { kind: 'grant', subject }, ask.now)),
    ],
    deed: { projectId: null, action: 'token.revoked', target: { type: 'token', id } },
    reply,
  });
  forgetPats(family);
  for (const subject of family) forgetRevoked({ kind: 'grant', subject }, ask.now);
  await closeSockets(ask.env, family);
  return revoked ?? ok(reply);
}
