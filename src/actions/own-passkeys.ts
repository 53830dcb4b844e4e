// The passkeys that a person has: seen and removed by themselves alone, since they may belong to many projects.

import { standingOf } from '../auth/memberships.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import type { PasskeyList } from '../contract/signin.ts';
import { platformDb } from '../db/database.ts';
import { listPasskeys, type PasskeyRow, removePasskey } from '../db/passkeys.ts';
import { countRecoveryCodes } from '../db/recovery-codes.ts';
import { commit } from './effect.ts';
import { accountOf, checkFresh } from './signins.ts';
import { askOfPerson, type Visit } from './visit.ts';

const NOT_FOUND = refuse('not_found', 'Passkey not found');

/** The person's passkeys, newest first, and how many recovery codes are left beside. */
export async function listPasskeysOf(visit: Visit): Promise<Result<PasskeyList>> {
  const mine = accountOf(visit);
  if (!mine.ok) return mine;
  const db = platformDb(visit.env);
  const { userId } = mine.value;
  const rows = await listPasskeys(db, userId);
  const recoveryCodesLeft = await countRecoveryCodes(db, userId);
  return ok({ data: rows.map(viewOf), recoveryCodesLeft });
}

/** Removes one; the last one only while something else lets the person in again. */
export async function removePasskeyOf(visit: Visit, id: string): Promise<Result<null>> {
  const mine = accountOf(visit);
  if (!mine.ok) return mine;
  const fresh = checkFresh(visit, mine.value);
  if (!fresh.ok) return fresh;
  const { env, now } = visit;
  const { userId, id: signinId } = mine.value;
  const standing = await standingOf(env, userId, { nowMs: now });
  if (!standing.ok) return standing;
  if (standing.value === null) return NOT_FOUND;
  const db = platformDb(env);
  const done = await commit(askOfPerson(visit, standing.value, { kind: 'signin', id: signinId }), {
    statements: [removePasskey(db, userId, id)],
    deed: { projectId: null, action: 'passkey.removed', target: { type: 'passkey', id } },
    reply: { status: 204, body: null },
  });
  if (done !== null) return done.ok ? ok(null) : done;
  const rows = await listPasskeys(db, userId);
  return rows.some((row) => row.id === id)
    ? refuse('in_use', 'This is the last way in: register another passkey first.')
    : NOT_FOUND;
}

const viewOf = (row: PasskeyRow): PasskeyList['data'][number] => ({
  id: row.id,
  transports: [...row.transports],
  backedUp: row.backedUp,
  createdAt: new Date(row.createdAt).toISOString(),
  lastUsedAt: row.lastUsedAt === null ? null : new Date(row.lastUsedAt).toISOString(),
});
