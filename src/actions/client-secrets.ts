// The secrets of a client: up to three live at once, so that one can follow another without a pause.

import { newId } from '../auth/id.ts';
import { newSecret } from '../auth/secret.ts';
import { hashSecret, hintOf } from '../auth/secret-hash.ts';
import {
  CLIENT_SECRET_ID,
  type ClientWithSecret,
  type NewSecretBody,
  SECRETS_MAX,
} from '../contract/client.ts';
import { type Result, refuse } from '../contract/error.ts';
import type { Reply } from '../contract/reply.ts';
import {
  deleteSecret,
  expireOtherSecrets,
  insertSecret,
  noteNewSecret,
  noteRemovedSecret,
} from '../db/client-secrets.ts';
import type { ClientRow, StoredSecret } from '../db/clients.ts';
import { platformDb } from '../db/database.ts';
import { mayGiveRole, mayGiveScopes } from '../domain/client-rules.ts';
import type { Ask } from './ask.ts';
import { clientHeaders, clientView } from './client-view.ts';
import { commit, once } from './effect.ts';
import { forgetTokensOf, revokeTokensOf, targetClient } from './target-client.ts';

const NO_SECRETS = refuse('invalid_transition', 'This client does not prove itself by a secret.');
const LIMIT = refuse('limit_reached', `A client has at most ${SECRETS_MAX} live secrets.`);
const NOT_FOUND = refuse('not_found', 'Secret not found');

/** Whoever has the secret is the client, so only who may do all that it may gets one. */
function mayBe({ actor }: Ask, { projectId, role, scopes }: ClientRow): Result<null> {
  const allowed = mayGiveRole(actor, projectId, role);
  return allowed.ok ? mayGiveScopes(actor, projectId, scopes) : allowed;
}

export async function createSecret(
  ask: Ask,
  clientId: string,
  body: NewSecretBody,
): Promise<Result<Reply<ClientWithSecret>>> {
  const target = await targetClient(ask, clientId);
  if (!target.ok) return target;
  const allowed = mayBe(ask, target.value);
  if (!allowed.ok) return allowed;
  return once(ask, () => addSecret(ask, target.value, body));
}

async function addSecret(
  ask: Ask,
  client: ClientRow,
  { expiresPreviousInSeconds: grace }: NewSecretBody,
): Promise<Result<Reply<ClientWithSecret>>> {
  if (client.authMethod !== 'client_secret') return NO_SECRETS;
  const { env, now } = ask;
  const db = platformDb(env);
  const secret = newSecret('cs');
  const kept = { id: newId('sec', now), hint: hintOf(secret), createdAt: now };
  const row = { ...kept, clientId: client.id, hash: await hashSecret(env, secret) };
  const endsAt = grace === undefined ? null : now + grace * 1_000;
  const after = {
    ...client,
    updatedAt: now,
    revision: client.revision + 1,
    secrets: [
      ...client.secrets
        .map((one) => endedBy(one, endsAt))
        .filter(({ expiresAt }) => (expiresAt ?? Infinity) > now),
      { ...kept, expiresAt: null, lastUsedAt: null },
    ],
  };
  const done = await commit<ClientWithSecret>(ask, {
    statements: [
      insertSecret(db, row, grace === 0 ? null : SECRETS_MAX),
      ...(endsAt === null ? [] : [expireOtherSecrets(db, row, endsAt)]),
      noteNewSecret(db, row),
      ...(grace === 0 ? revokeTokensOf(db, client.id, now) : []),
    ],
    deed: {
      projectId: client.projectId,
      action: 'client.secret_created',
      target: { type: 'client', id: client.id },
      changes: { before: null, after: kept },
    },
    reply: {
      status: 201,
      body: { ...clientView(after), secret },
      headers: clientHeaders(after),
      secrets: ['secret'],
    },
  });
  if (done !== null && grace === 0) await forgetTokensOf(ask, client.id);
  return done ?? LIMIT;
}

const endedBy = (secret: StoredSecret, endsAt: number | null): StoredSecret =>
  endsAt === null
    ? secret
    : { ...secret, expiresAt: Math.min(secret.expiresAt ?? Infinity, endsAt) };

/** Removes a secret; what the client was issued before is dead with it. */
export async function removeSecret(
  ask: Ask,
  clientId: string,
  id: string,
): Promise<Result<Reply<null>>> {
  const target = await targetClient(ask, clientId);
  if (!target.ok) return target;
  if (!CLIENT_SECRET_ID.test(id)) return NOT_FOUND;
  const db = platformDb(ask.env);
  const done = await commit<null>(ask, {
    statements: [
      deleteSecret(db, { id, clientId }),
      ...revokeTokensOf(db, clientId, ask.now),
      noteRemovedSecret(db, clientId, ask.now),
    ],
    deed: {
      projectId: target.value.projectId,
      action: 'client.secret_deleted',
      target: { type: 'client', id: clientId },
      changes: { before: { id }, after: null },
    },
    reply: { status: 204, body: null },
  });
  if (done === null) return NOT_FOUND;
  await forgetTokensOf(ask, clientId);
  return done;
}
