// The table `revocations`: what must no longer be believed although its signature is good. It lists tokens that could
// still be valid; once they have all expired, the row says nothing any more.

export type RevocationKind = 'jti' | 'grant' | 'client' | 'principal';

/** Of a token, a grant, a client or a principal: everything that was issued to it up to now is dead. */
export interface Revoked {
  readonly kind: RevocationKind;
  readonly subject: string;
}

export interface RevocationRow extends Revoked {
  /** Tokens issued up to here are dead, in milliseconds. */
  readonly notBefore: number;
}

const ROWS_MAX = 20_000;
const VALUES = '?1, ?2, ?3, ?4, ?4';
const INSERT = `INSERT INTO revocations (id, kind, subject, not_before, created_at)`;
const ALONE = `${INSERT} VALUES (${VALUES})`;
/** Chained: only where the statement before it has changed something. */
const FOLLOW = `${INSERT} SELECT ${VALUES} WHERE changes() > 0`;
const SINCE = `SELECT kind, subject, not_before AS notBefore FROM revocations
  WHERE created_at > ?1 ORDER BY created_at DESC LIMIT ${ROWS_MAX}`;

type NewRevocation = Revoked & { readonly id: string; readonly now: number };

const valuesOf = ({ id, kind, subject, now }: NewRevocation) => [id, kind, subject, now] as const;

export const insertRevocation = (db: D1Database, row: NewRevocation): D1PreparedStatement =>
  db.prepare(ALONE).bind(...valuesOf(row));

/** For a batch: written only if the statement before it has changed a row. */
export const insertRevocationAfter = (db: D1Database, row: NewRevocation): D1PreparedStatement =>
  db.prepare(FOLLOW).bind(...valuesOf(row));

/** The newest first. */
export async function findRevocations(
  db: D1Database,
  since: number,
): Promise<readonly RevocationRow[]> {
  return (await db.prepare(SINCE).bind(since).all<RevocationRow>()).results;
}
