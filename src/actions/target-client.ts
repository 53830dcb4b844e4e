// The client that a request means, and the end of what was issued to it.

import { forgetStanding } from '../auth/memberships.ts';
import { forgetRevoked, revokeAfter } from '../auth/revocations.ts';
import { CLIENT_ID } from '../contract/client.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { admit } from '../contract/principal.ts';
import { type ClientRow, findClientRow } from '../db/clients.ts';
import { platformDb } from '../db/database.ts';
import type { Ask } from './ask.ts';
import { closeSockets } from './close-sockets.ts';

export const CLIENT_NOT_FOUND = refuse('not_found', 'Client not found');
const MISMATCH = refuse('revision_mismatch', 'It has changed since it was read.');
const CONFLICT = refuse('conflict', 'Somebody else changed it at the same time.');

/** The client, if it is of a project of the caller's and the role there allows what is asked. */
export async function targetClient(ask: Ask, id: string): Promise<Result<ClientRow>> {
  if (!CLIENT_ID.test(id)) return CLIENT_NOT_FOUND;
  const row = await findClientRow(platformDb(ask.env), id, ask.now);
  if (row === null) return CLIENT_NOT_FOUND;
  const admitted = admit(ask.actor, { projectId: row.projectId }, CLIENT_NOT_FOUND);
  return admitted.ok ? ok(row) : admitted;
}

/** The same, if it is of the revision that If-Match names; null: of any. */
export async function targetClientAt(
  ask: Ask,
  id: string,
  revision: number | null,
): Promise<Result<ClientRow>> {
  const target = await targetClient(ask, id);
  if (!target.ok || revision === null || target.value.revision === revision) return target;
  return MISMATCH;
}

/** Why a change of a client that was there has changed nothing. */
export async function whyNotChanged(
  ask: Ask,
  id: string,
  revision: number | null,
): Promise<Extract<Result<never>, { ok: false }>> {
  if ((await findClientRow(platformDb(ask.env), id, ask.now)) === null) return CLIENT_NOT_FOUND;
  return revision === null ? CONFLICT : MISMATCH;
}

/** Ends what was issued to the client, and in its name. Chained: only where the statement before has changed a row. */
export const revokeTokensOf = (
  db: D1Database,
  id: string,
  now: number,
): readonly [D1PreparedStatement, D1PreparedStatement] => [
  revokeAfter(db, { kind: 'client', subject: id }, now),
  revokeAfter(db, { kind: 'principal', subject: id }, now),
];

/** Once that is written: here they are dead at once, and their sockets are closed. */
export async function forgetTokensOf(
  { env, now }: Pick<Ask, 'env' | 'now'>,
  id: string,
): Promise<void> {
  forgetRevoked({ kind: 'client', subject: id }, now);
  forgetRevoked({ kind: 'principal', subject: id }, now);
  forgetStanding(id);
  await closeSockets(env, [id]);
}
