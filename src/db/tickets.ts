// The table `tickets`: each opens one socket, once, for 30 s. By hash; what it stands for is the caller that asked for it.

export interface StoredTicket {
  /** The id of the task or the project that it is for. */
  readonly target: string;
  /** The page that asked for it; null: none. */
  readonly origin: string | null;
  /** The caller, as JSON. */
  readonly caller: string;
}

const INSERT = `INSERT INTO tickets (hash, target, origin, caller, expires_at) VALUES (?1, ?2, ?3, ?4, ?5)`;
const USE = `UPDATE tickets SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2
  RETURNING target, origin, caller`;
const REMOVE = 'DELETE FROM tickets WHERE hash IN (SELECT value FROM json_each(?1))';

export const insertTicket = (
  db: D1Database,
  ticket: StoredTicket & { readonly hash: string; readonly expiresAt: number },
): D1PreparedStatement =>
  db
    .prepare(INSERT)
    .bind(ticket.hash, ticket.target, ticket.origin, ticket.caller, ticket.expiresAt);

/** Null for one that is unknown, used or too old. */
export const useTicket = (
  db: D1Database,
  hash: string,
  now: number,
): Promise<StoredTicket | null> => db.prepare(USE).bind(hash, now).first<StoredTicket>();

export async function removeTickets(db: D1Database, hashes: readonly string[]): Promise<void> {
  await db.prepare(REMOVE).bind(JSON.stringify(hashes)).run();
}
