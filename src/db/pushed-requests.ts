// The table `pushed_requests` (RFC 9126).

export interface PushedRequest {
  readonly hash: string;
  readonly clientId: string;
  /** As they came, in the form of a query. */
  readonly params: string;
  readonly expiresAt: number;
}

const INSERT =
  'INSERT INTO pushed_requests (hash, client_id, params, expires_at) VALUES (?1, ?2, ?3, ?4)';
const TAKE = `UPDATE pushed_requests SET used_at = ?3
  WHERE hash = ?1 AND client_id = ?2 AND used_at IS NULL AND expires_at > ?3 RETURNING params`;

export const insertPushedRequest = (db: D1Database, row: PushedRequest): D1PreparedStatement =>
  db.prepare(INSERT).bind(row.hash, row.clientId, row.params, row.expiresAt);

/** The parameters that this client has pushed, once; null for what is unknown, foreign, used or too old. */
export async function takePushedRequest(
  db: D1Database,
  hash: string,
  clientId: string,
  now: number,
): Promise<string | null> {
  const row = await db.prepare(TAKE).bind(hash, clientId, now).first<{ params: string }>();
  return row?.params ?? null;
}
