// The table `signins`: which browsers are signed in as whom. The cookie's value is nowhere, only its hash.

export interface SigninRow {
  readonly hash: string;
  readonly id: string;
  readonly userId: string;
  /** It may register a passkey and nothing else. */
  readonly setup: boolean;
  /** When the person last proved who they are. */
  readonly authTime: number;
  /** How (RFC 8176). */
  readonly amr: readonly string[];
  readonly createdAt: number;
  readonly idleUntil: number;
  readonly expiresAt: number;
  /** The header `User-Agent`, cut. */
  readonly agent: string | null;
  readonly ipPrefix: string | null;
}

type Raw = Omit<SigninRow, 'setup' | 'amr'> & { readonly setup: number; readonly amr: string };

/** So many a person: the oldest end. */
export const SIGNINS_MAX = 50;

const NAMES = `hash, id, user_id, setup, auth_time, amr, created_at, idle_until, expires_at, agent, ip_prefix`;
const VALUES = '?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11';
const COLUMNS = `hash, id, user_id AS userId, setup, auth_time AS authTime, amr, created_at AS createdAt,
  idle_until AS idleUntil, expires_at AS expiresAt, agent, ip_prefix AS ipPrefix`;
const INSERT = `INSERT INTO signins (${NAMES}) VALUES (${VALUES})`;
/** Chained: only where the statement before it has changed something. */
const FOLLOW = `INSERT INTO signins (${NAMES}) SELECT ${VALUES} WHERE changes() > 0`;
const FIND = `SELECT ${COLUMNS} FROM signins WHERE hash = ?1 AND idle_until > ?2 AND expires_at > ?2`;
const LIST = `SELECT ${COLUMNS} FROM signins
  WHERE user_id = ?1 AND setup = 0 AND idle_until > ?2 AND expires_at > ?2 ORDER BY id DESC LIMIT ?3`;
const TOUCH = 'UPDATE signins SET idle_until = ?2 WHERE hash = ?1 AND idle_until < ?2';
const END = 'DELETE FROM signins WHERE user_id = ?1 AND id = ?2';
const TRIM = `DELETE FROM signins WHERE user_id = ?1 AND (idle_until <= ?2 OR expires_at <= ?2 OR id NOT IN
  (SELECT id FROM signins WHERE user_id = ?1 ORDER BY id DESC LIMIT ?3)) RETURNING id`;

const valuesOf = (row: SigninRow) => [
  row.hash,
  row.id,
  row.userId,
  row.setup ? 1 : 0,
  row.authTime,
  JSON.stringify(row.amr),
  row.createdAt,
  row.idleUntil,
  row.expiresAt,
  row.agent,
  row.ipPrefix,
];

const rowOf = ({ setup, amr, ...rest }: Raw): SigninRow => ({
  ...rest,
  setup: setup === 1,
  // Our own bytes, written above.
  amr: JSON.parse(amr) as readonly string[],
});

export const insertSignin = (db: D1Database, row: SigninRow): D1PreparedStatement =>
  db.prepare(INSERT).bind(...valuesOf(row));

/** For a batch: written only if the statement before it has changed a row. */
export const insertSigninAfter = (db: D1Database, row: SigninRow): D1PreparedStatement =>
  db.prepare(FOLLOW).bind(...valuesOf(row));

/** Null for one that is unknown or has ended. */
export async function findSignin(
  db: D1Database,
  hash: string,
  now: number,
): Promise<SigninRow | null> {
  const raw = await db.prepare(FIND).bind(hash, now).first<Raw>();
  return raw && rowOf(raw);
}

/** The sign-ins of a person that live, newest first. */
export async function listSignins(
  db: D1Database,
  userId: string,
  now: number,
): Promise<readonly SigninRow[]> {
  const { results } = await db.prepare(LIST).bind(userId, now, SIGNINS_MAX).all<Raw>();
  return results.map(rowOf);
}

export const touchSignin = (db: D1Database, hash: string, idleUntil: number): D1PreparedStatement =>
  db.prepare(TOUCH).bind(hash, idleUntil);

export const endSignin = (db: D1Database, userId: string, id: string): D1PreparedStatement =>
  db.prepare(END).bind(userId, id);

/** Removes what has ended, and the oldest where there are too many; answers their ids. */
export async function trimSignins(
  db: D1Database,
  userId: string,
  now: number,
): Promise<readonly string[]> {
  const { results } = await db.prepare(TRIM).bind(userId, now, SIGNINS_MAX).all<{ id: string }>();
  return results.map(({ id }) => id);
}
