// The table `signing_keys`. A retired key stays on record; its private part does not.

export interface StoredKey {
  readonly kid: string;
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
const LIVE = `SELECT kid, alg, state, public_jwk AS publicJwk, private_wrapped AS privateWrapped,
  not_before AS notBefore, retire_at AS retireAt
  FROM signing_keys WHERE state <> 'retired' ORDER BY not_before DESC LIMIT ${LIVE_MAX}`;
const INSERT = `INSERT INTO signing_keys
  (kid, alg, state, public_jwk, private_wrapped, not_before, retire_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
  WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE state = ?3)`;
const STEP = `UPDATE signing_keys SET state = ?3, not_before = ?4, retire_at = ?5,
  private_wrapped = CASE WHEN ?3 = 'retired' THEN NULL ELSE private_wrapped END
  WHERE kid = ?1 AND state = ?2`;

/** All keys that sign, will sign, or have signed what is still valid. */
export async function findLiveKeys(db: D1Database): Promise<readonly StoredKey[]> {
  return (await db.prepare(LIVE).all<StoredKey>()).results;
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
    );

export const stepKey = (db: D1Database, step: KeyStep): D1PreparedStatement =>
  db.prepare(STEP).bind(step.kid, step.from, step.to, step.notBefore, step.retireAt);
