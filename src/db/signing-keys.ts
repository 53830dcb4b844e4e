// The table `signing_keys`. A retired key stays on record; its private part does not.

/** What a key signs. None signs two kinds of things. */
export type KeyPurpose = 'token' | 'receipt';

export interface StoredKey {
  readonly kid: string;
  readonly purpose: KeyPurpose;
  readonly alg: string;
  readonly state: 'pending' | 'active' | 'retiring' | 'retired';
  /** A JWK, as text. */
  readonly publicJwk: string;
  /** The private JWK, encrypted. */
  readonly privateWrapped: string | null;
  readonly notBefore: number;
  readonly retireAt: number | null;
}

/** A step of a key's life; it happens once, whoever else takes it too. */
export interface KeyStep {
  readonly kid: string;
  readonly from: StoredKey['state'];
  readonly to: StoredKey['state'];
  readonly notBefore: number;
  readonly retireAt: number | null;
}

/** A plan makes one at a time, and few are alive at once. */
const LIVE_MAX = 20;
/** One a month: those of eighty years. */
const EVER_MAX = 1_000;
const COLUMNS = `kid, purpose, alg, state, public_jwk AS publicJwk, private_wrapped AS privateWrapped,
  not_before AS notBefore, retire_at AS retireAt`;
const LIVE = `SELECT ${COLUMNS} FROM signing_keys
  WHERE purpose = ?1 AND state <> 'retired' ORDER BY not_before DESC LIMIT ${LIVE_MAX}`;
const EVER = `SELECT ${COLUMNS} FROM signing_keys
  WHERE purpose = ?1 ORDER BY not_before DESC LIMIT ${EVER_MAX}`;
const INSERT = `INSERT INTO signing_keys
  (kid, alg, state, public_jwk, private_wrapped, not_before, retire_at, purpose)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
  WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE state = ?3 AND purpose = ?8)`;
const STEP = `UPDATE signing_keys SET state = ?3, not_before = ?4, retire_at = ?5,
  private_wrapped = CASE WHEN ?3 = 'retired' THEN NULL ELSE private_wrapped END
  WHERE kid = ?1 AND state = ?2`;

/** All keys that sign, will sign, or have signed what is still valid. */
export async function findLiveKeys(
  db: D1Database,
  purpose: KeyPurpose = 'token',
): Promise<readonly StoredKey[]> {
  return (await db.prepare(LIVE).bind(purpose).all<StoredKey>()).results;
}

/** All keys there ever were, newest first. */
export async function findAllKeys(
  db: D1Database,
  purpose: KeyPurpose,
): Promise<readonly StoredKey[]> {
  return (await db.prepare(EVER).bind(purpose).all<StoredKey>()).results;
}

/** Adds a key, unless another of the same state is there: of two isolates that make one, one does. */
export const insertKey = (db: D1Database, key: StoredKey): D1PreparedStatement =>
  db
    .prepare(INSERT)
    .bind(
      key.kid,
      key.alg,
      key.state,
      key.publicJwk,
      key.privateWrapped,
      key.notBefore,
      key.retireAt,
      key.purpose,
    );

export const stepKey = (db: D1Database, step: KeyStep): D1PreparedStatement =>
  db.prepare(STEP).bind(step.kid, step.from, step.to, step.notBefore, step.retireAt);
