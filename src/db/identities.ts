// The table `identities`: who comes from another provider, found by issuer and subject alone. An address is no proof of
// being the person who had it before.

const FIND = `SELECT u.id, u.name FROM identities i JOIN users u ON u.id = i.user_id AND u.disabled_at IS NULL
  WHERE i.iss = ?1 AND i.sub = ?2`;
const KEEP = 'UPDATE identities SET user_id = user_id WHERE iss = ?1 AND sub = ?2';
const INSERT = `INSERT INTO identities (iss, sub, user_id) VALUES (?1, ?2, ?3) ON CONFLICT (iss, sub) DO NOTHING`;
const USER = `INSERT INTO users (id, name, email, email_verified_at, created_at)
  SELECT ?1, ?2, ?3, ?4, ?4 WHERE changes() > 0`;
const INVITED = `SELECT 1 FROM invitations
  WHERE lower(email) = ?1 AND state = 'pending' AND expires_at > ?2 LIMIT 1`;
const ANY = 'SELECT 1 FROM identities WHERE iss = ?1 AND sub = ?2';

export interface Identity {
  readonly iss: string;
  readonly sub: string;
}

export function findByIdentity(
  db: D1Database,
  { iss, sub }: Identity,
): Promise<{ readonly id: string; readonly name: string } | null> {
  return db.prepare(FIND).bind(iss, sub).first<{ id: string; name: string }>();
}

/** True also where its person is disabled. */
export async function isKnownIdentity(db: D1Database, { iss, sub }: Identity): Promise<boolean> {
  return (await db.prepare(ANY).bind(iss, sub).first()) !== null;
}

/** First in a batch that is for somebody who is known: without the row nothing follows. */
export const keepIdentity = (db: D1Database, { iss, sub }: Identity): D1PreparedStatement =>
  db.prepare(KEEP).bind(iss, sub);

/** First in a batch: a newcomer, whom two answers of one provider make once. Their address was verified there. */
export const insertNewcomer = (
  db: D1Database,
  { iss, sub }: Identity,
  user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly now: number;
  },
): readonly [D1PreparedStatement, D1PreparedStatement] => [
  db.prepare(INSERT).bind(iss, sub, user.id),
  db.prepare(USER).bind(user.id, user.name, user.email, user.now),
];

export async function isInvited(db: D1Database, email: string, now: number): Promise<boolean> {
  return (await db.prepare(INVITED).bind(email.toLowerCase(), now).first()) !== null;
}
