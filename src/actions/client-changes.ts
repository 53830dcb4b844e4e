// Changing and removing a client.

import type { ChangeClientBody, Client } from '../contract/client.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { assertPublicUrl } from '../contract/public-url.ts';
import type { Reply } from '../contract/reply.ts';
import { type ClientRow, clearClient, deleteClient, updateClient } from '../db/clients.ts';
import { platformDb } from '../db/database.ts';
import { checkClient, environmentsOf, mayGiveRole, mayGiveScopes } from '../domain/client-rules.ts';
import type { Ask } from './ask.ts';
import { clientHeaders, clientView } from './client-view.ts';
import { commit, once } from './effect.ts';
import {
  forgetTokensOf,
  revokeTokensOf,
  targetClient,
  targetClientAt,
  whyNotChanged,
} from './target-client.ts';

const ROLE_TOO_LOW = refuse('role_too_low', 'The client has a higher role than you.');
const LAST_OWNER = refuse('last_owner', 'The client is the only owner of a project.');

/** Changes it. What was issued to it before dies where it may do less now, or proves itself otherwise. */
export async function changeClient(
  ask: Ask,
  id: string,
  { body, revision }: { readonly body: ChangeClientBody; readonly revision: number | null },
): Promise<Result<Reply<Client>>> {
  const allowed = await targetClient(ask, id);
  if (!allowed.ok) return allowed;
  return once(ask, async () => {
    const target = await targetClientAt(ask, id, revision);
    if (!target.ok) return target;
    const before = target.value;
    const after = changed(ask, before, body);
    if (!after.ok) return after;
    return write(ask, { before, after: after.value, revision });
  });
}

async function write(
  ask: Ask,
  change: {
    readonly before: ClientRow;
    readonly after: ClientRow;
    readonly revision: number | null;
  },
): Promise<Result<Reply<Client>>> {
  const { before, after, revision } = change;
  const db = platformDb(ask.env);
  const isWeaker = wasRevoked(before, after);
  const now = clientView({ ...after, revision: before.revision + 1 });
  const done = await commit<Client>(ask, {
    statements: [
      updateClient(db, after),
      ...(isWeaker ? revokeTokensOf(db, after.id, ask.now) : []),
    ],
    deed: {
      projectId: after.projectId,
      action: 'client.changed',
      target: { type: 'client', id: after.id },
      changes: { before: clientView(before), after: now },
    },
    reply: { status: 200, body: now, headers: { ETag: clientHeaders(now).ETag } },
  });
  if (done === null) return whyNotChanged(ask, after.id, revision);
  if (isWeaker) await forgetTokensOf(ask, after.id);
  return done;
}

function changed(ask: Ask, row: ClientRow, body: ChangeClientBody): Result<ClientRow> {
  const { actor, env, now } = ask;
  const { name = row.name, redirectUris = row.redirectUris } = body;
  const jwks = body.jwks === undefined ? row.jwks : body.jwks;
  const jwksUri = body.jwksUri === undefined ? row.jwksUri : body.jwksUri;
  const whole = checkClient({ ...row, redirectUris, jwks, jwksUri, role: undefined });
  if (!whole.ok) return whole;
  const keys = body.jwksUri ? assertPublicUrl(env, body.jwksUri) : ok(null);
  if (!keys.ok) return keys;
  if (!mayGiveRole(actor, row.projectId, row.role).ok) return ROLE_TOO_LOW;
  const scopes = [...new Set(body.scopes ?? row.scopes)];
  // Who gives it other keys could be the client, so all that it may do counts; else what is added to it.
  const isRekeyed = jwks !== row.jwks || jwksUri !== row.jwksUri;
  const given = isRekeyed ? scopes : scopes.filter((scope) => !row.scopes.includes(scope));
  const allowed = mayGiveScopes(actor, row.projectId, given);
  if (!allowed.ok) return allowed;
  const environments =
    body.environments === undefined
      ? ok(row.environments)
      : environmentsOf(actor, body.environments);
  if (!environments.ok) return environments;
  const { disabled = row.disabledAt !== null } = body;
  return ok({
    ...row,
    name,
    redirectUris: [...new Set(redirectUris)],
    scopes,
    environments: environments.value,
    jwks,
    jwksUri,
    ratePerMinute:
      body.rateLimitPerMinute === undefined ? row.ratePerMinute : body.rateLimitPerMinute,
    disabledAt: disabled ? (row.disabledAt ?? now) : null,
    updatedAt: now,
  });
}

/** Whether what was issued to it before says more than it may now. */
function wasRevoked(before: ClientRow, after: ClientRow): boolean {
  const isCut = before.scopes.some((scope) => !after.scopes.includes(scope));
  const { environments } = after;
  const isFenced =
    environments !== null &&
    (before.environments === null || before.environments.some((n) => !environments.includes(n)));
  const isRekeyed =
    JSON.stringify(before.jwks) !== JSON.stringify(after.jwks) || before.jwksUri !== after.jwksUri;
  return (
    isCut || isFenced || isRekeyed || (before.disabledAt === null && after.disabledAt !== null)
  );
}

/** Removes it; from now on nothing that was issued to it is good. */
export async function removeClient(
  ask: Ask,
  id: string,
  revision: number | null,
): Promise<Result<Reply<null>>> {
  const db = platformDb(ask.env);
  const target = await targetClientAt(ask, id, revision);
  if (!target.ok) return target;
  const row = target.value;
  if (!mayGiveRole(ask.actor, row.projectId, row.role).ok) return ROLE_TOO_LOW;
  const done = await commit<null>(ask, {
    statements: [deleteClient(db, row), ...revokeTokensOf(db, id, ask.now)],
    deed: {
      projectId: row.projectId,
      action: 'client.deleted',
      target: { type: 'client', id },
      changes: { before: clientView(row), after: null },
    },
    reply: { status: 204, body: null },
  });
  if (done === null) {
    const now = await targetClient(ask, id);
    return now.ok && now.value.revision === row.revision
      ? LAST_OWNER
      : whyNotChanged(ask, id, revision);
  }
  // What is left of it opens nothing.
  await db.batch(clearClient(db, id, ask.now));
  await forgetTokensOf(ask, id);
  return done;
}
