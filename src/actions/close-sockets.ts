// What was opened with a credential ends with it: whoever revokes one calls this once the revocation is written.

import { PROJECT_ID, TASK_ID } from '../contract/id.ts';
import type { Credential } from '../contract/principal.ts';
import type { Watcher } from '../contract/watcher.ts';
import { ENDPOINT_ID } from '../contract/webhook.ts';
import { platformDb } from '../db/database.ts';
import { findSocketsOfProject, insertSockets, takeSockets } from '../db/sockets.ts';
import { removeTickets } from '../db/tickets.ts';
import { projectObject, taskObject, webhookObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';

type Doors = Pick<Env, 'DB' | 'TASK' | 'PROJECT' | 'WEBHOOK'>;

/** Objects that are told at the same time. */
const TOLD_AT_ONCE = 20;
const TICKET = 'ticket:';
const YEAR_MS = 366 * 86_400_000;

const subjectsOf = (principalId: string, { kind, id, grantId, clientId }: Credential) =>
  kind === 'open'
    ? []
    : [...new Set([principalId, id, grantId, clientId])].filter(
        (subject) => typeof subject === 'string',
      );

/** By what the caller opens a socket. The local owner of open mode has nothing that could be revoked. */
export const watcherOf = ({ actor, credential, now }: Ask): Watcher => ({
  subjects: subjectsOf(actor.id, credential),
  expiresAt: credential.expiresAtMs ?? null,
  checkedAt: now,
});

/** Notes which object is to be told when the credential dies, before it has the socket. */
export async function registerSocket(
  { env, now }: Ask,
  { subjects, expiresAt }: Watcher,
  object: string,
): Promise<void> {
  if (subjects.length === 0) return;
  const row = { object, expiresAt: expiresAt ?? now + YEAR_MS };
  await insertSockets(platformDb(env), subjects, row).run();
}

/** For the batch that makes a ticket: it dies with the credential too. */
export const registerTicket = (
  { env }: Ask,
  { subjects }: Watcher,
  ticket: { readonly hash: string; readonly expiresAt: number },
): D1PreparedStatement =>
  insertSockets(platformDb(env), subjects, {
    object: TICKET + ticket.hash,
    expiresAt: ticket.expiresAt,
  });

/**
 * Closes, with 4401, every socket that was opened with one of these, and ends the tickets: ids of credentials, grants,
 * clients or principals. An object that cannot be told is logged; its sockets end with the credential's own time.
 */
export async function closeSockets(env: Doors, subjects: readonly string[]): Promise<void> {
  if (subjects.length === 0) return;
  const now = Date.now();
  const objects = await takeSockets(platformDb(env), subjects, now);
  const tickets = objects.filter((object) => object.startsWith(TICKET));
  if (tickets.length > 0) {
    await removeTickets(
      platformDb(env),
      tickets.map((object) => object.slice(TICKET.length)),
    );
  }
  const told = objects.filter((object) => !object.startsWith(TICKET));
  await tellAll(env, told, subjects, now);
}

/** Closes every socket on a project and its tasks, but those of the local owner, who has nothing that could end. */
export async function closeSocketsOn(env: Doors, projectId: string): Promise<void> {
  const now = Date.now();
  const objects = await findSocketsOfProject(platformDb(env), projectId, now);
  await tellAll(env, objects, [projectId], now);
}

async function tellAll(
  env: Doors,
  told: readonly string[],
  subjects: readonly string[],
  now: number,
): Promise<void> {
  for (let at = 0; at < told.length; at += TOLD_AT_ONCE) {
    await Promise.all(told.slice(at, at + TOLD_AT_ONCE).map((id) => tell(env, id, subjects, now)));
  }
}

async function tell(
  env: Doors,
  id: string,
  subjects: readonly string[],
  now: number,
): Promise<void> {
  try {
    if (TASK_ID.test(id)) await taskObject(env, id).closeSockets(subjects, now);
    if (PROJECT_ID.test(id)) await projectObject(env, id).closeSockets(subjects, now);
    if (ENDPOINT_ID.test(id)) await webhookObject(env, id).closeSockets(subjects, now);
  } catch (error) {
    console.error(
      JSON.stringify({ level: 'error', message: 'Not told', id, error: String(error) }),
    );
  }
}
