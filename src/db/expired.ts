// What has had its time: rows of the access layer that nothing asks for any more.

interface Sweep {
  readonly sql: string;
  /** How long past its time a row is kept, in milliseconds. */
  readonly graceMs: number;
}

const ROWS_MAX = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A row at a time and a limit: a table that was left alone for long is emptied over some minutes. */
const sweep = (table: string, column: string, graceMs: number): Sweep => ({
  sql: `DELETE FROM ${table} WHERE rowid IN
    (SELECT rowid FROM ${table} WHERE ${column} <= ?1 LIMIT ${ROWS_MAX})`,
  graceMs,
});

const SWEEPS: readonly Sweep[] = [
  // A code that comes a second time kills what came of it, so it is known for as long as that can be: an hour.
  sweep('auth_codes', 'expires_at', HOUR_MS),
  sweep('device_codes', 'expires_at', HOUR_MS),
  sweep('pushed_requests', 'expires_at', 0),
  sweep('ceremonies', 'expires_at', 0),
  sweep('used_jti', 'expires_at', 0),
  sweep('tickets', 'expires_at', 0),
  sweep('sockets', 'expires_at', 0),
  sweep('failures', 'until', 0),
  // For a day its ETag may still save a fetch.
  sweep('client_documents', 'expires_at', DAY_MS),
  sweep('idempotency', 'created_at', DAY_MS),
  // Past the longest life of a token that it could concern.
  sweep('revocations', 'created_at', HOUR_MS),
  // The reuse of one is noticed for a day after it could not have been used any more.
  sweep('refresh_tokens', 'expires_at', DAY_MS),
];

/** Deletes what is over, at most 1,000 rows a table. */
export async function deleteExpired(db: D1Database, now: number): Promise<void> {
  await db.batch(SWEEPS.map(({ sql, graceMs }) => db.prepare(sql).bind(now - graceMs)));
}
