// What requests with an Idempotency-Key were answered, in the object in which their effect lives. The table is made when
// the first key comes, for most objects never see one.

import { ok, type Refusal, type Result, refuse } from '../contract/error.ts';
import {
  isStable,
  KEPT_CHARS_MAX,
  KEPT_MS,
  type Kept,
  type Key,
  type Keyed,
} from '../contract/reply.ts';

type Row = {
  n: number;
  fingerprint: string;
  made: string | null;
  reply: string | null;
  at: number;
};

/** What was begun under a key, by this request or by an earlier one. */
export interface Begun {
  /** What was made for the answer by the request that began it. */
  readonly made: unknown;
  /** The outcome, once there is one. */
  readonly reply?: unknown;
}

const TABLE = `CREATE TABLE IF NOT EXISTS idempotency(n INTEGER PRIMARY KEY, k TEXT NOT NULL UNIQUE,
  fingerprint TEXT NOT NULL, made TEXT, reply TEXT, at INTEGER NOT NULL)`;
const FIND = 'SELECT n, fingerprint, made, reply, at FROM idempotency WHERE k = ?';
const KEEP = 'INSERT INTO idempotency(k, fingerprint, made, reply, at) VALUES (?, ?, ?, ?, ?)';
const FINISH = 'UPDATE idempotency SET reply = ? WHERE k = ? AND reply IS NULL';
const DROP = 'DELETE FROM idempotency WHERE k = ? AND reply IS NULL';
const BEGIN_ANEW = 'UPDATE idempotency SET at = ? WHERE k = ? AND reply IS NULL';
/** Rows are in the order of their time, so only what has expired is looked at, and one more. */
const OLDEST_ALIVE = 'SELECT n FROM idempotency WHERE at > ? ORDER BY n LIMIT 1';
const EXPIRE = 'DELETE FROM idempotency WHERE n < ? OR n <= (SELECT max(n) FROM idempotency) - ?';
/** The oldest go before their day is over where an object is asked with more keys than this. */
const KEYS_MAX = 10_000;

/** What was begun longer ago, and came to nothing, may be begun again. */
const BEGUN_MS = 30_000;

const MISMATCH = refuse(
  'idempotency_mismatch',
  'This Idempotency-Key was used with another request.',
);
const IN_FLIGHT = refuse(
  'idempotency_in_flight',
  'The first request with this Idempotency-Key still runs.',
);
/** In a credential's place: a repetition is not shown it again. */
const SECRETS: ReadonlySet<string> = new Set(['token', 'agentToken']);

export class KeptReplies {
  readonly #sql: SqlStorage;
  /** Keys whose work waits for something. What an object forgets with its memory does not run any more. */
  readonly #running = new Map<string, string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Does the work and keeps its outcome in the same turn, so that both are written or neither; or answers as before. */
  once<T>(key: Key, work: () => Result<T>): Kept<T> {
    if (key === null) return work();
    const now = Date.now();
    const known = this.#known<T>(key, now);
    if (known !== null) return known;
    const result = work();
    this.#keep(key, result, now);
    return result;
  }

  /** The same for work that waits: meanwhile a repetition is refused with `idempotency_in_flight`. */
  async onceLater<T>(key: Key, work: () => Promise<Result<T>>): Promise<Kept<T>> {
    if (key === null) return work();
    const running = this.#running.get(key.k);
    if (running !== undefined) return running === key.fingerprint ? IN_FLIGHT : MISMATCH;
    const known = this.#known<T>(key, Date.now());
    if (known !== null) return known;
    this.#running.set(key.k, key.fingerprint);
    try {
      const result = await work();
      this.#keep(key, result, Date.now());
      return result;
    } finally {
      this.#running.delete(key.k);
    }
  }

  /** Writes down a key before work that takes more than one call, or answers what was begun under it already. */
  begin(key: Keyed): Kept<Begun> {
    const now = Date.now();
    const row = this.#find(key.k, now);
    if (row === null) {
      this.#insert(key, null, now);
      return ok({ made: key.made });
    }
    if (row.fingerprint !== key.fingerprint) return MISMATCH;
    const made = parse(row.made);
    if (row.reply !== null) return { ...ok({ made, reply: parse(row.reply) }), replayed: true };
    if (row.at > now - BEGUN_MS) return { ...ok({ made }), replayed: true };
    // Whoever began it is gone.
    this.#sql.exec(BEGIN_ANEW, now, key.k);
    return ok({ made });
  }

  /** The outcome of what was begun; without one it is as if it had not been. */
  finish(k: string, reply?: unknown): void {
    if (reply === undefined) this.#sql.exec(DROP, k);
    else this.#sql.exec(FINISH, JSON.stringify(reply), k);
  }

  #known<T>(key: Keyed, now: number): Kept<T> | null {
    const row = this.#find(key.k, now);
    if (row === null) return null;
    if (row.fingerprint !== key.fingerprint) return MISMATCH;
    if (row.reply === null) return IN_FLIGHT;
    // Our own bytes, written by `#keep`.
    const result = parse(row.reply) as Result<T>;
    return { ...result, replayed: true, made: parse(row.made) };
  }

  #find(k: string, now: number): Row | null {
    this.#sql.exec(TABLE);
    const [row] = this.#sql.exec<Row>(FIND, k).toArray();
    return row !== undefined && row.at > now - KEPT_MS ? row : null;
  }

  #keep(key: Keyed, result: Result<unknown>, now: number): void {
    if (!result.ok && !isStable(result.refusal)) return;
    const reply = JSON.stringify(
      result.ok ? withoutSecrets(result.value) : refused(result.refusal),
    );
    // Of an answer that is too long it is kept that it was given: what is done must not be done again.
    const kept = reply.length <= KEPT_CHARS_MAX ? reply : JSON.stringify(DONE_BEFORE);
    this.#insert(key, kept, now);
  }

  #insert({ k, fingerprint, made }: Keyed, reply: string | null, now: number): void {
    const [alive] = this.#sql.exec<{ n: number }>(OLDEST_ALIVE, now - KEPT_MS).toArray();
    // A day without keys leaves none alive: all of them may go.
    this.#sql.exec(EXPIRE, alive?.n ?? Number.MAX_SAFE_INTEGER, KEYS_MAX);
    const noted = made === undefined ? null : JSON.stringify(made);
    this.#sql.exec(KEEP, k, fingerprint, noted, reply, now);
  }
}

const DONE_BEFORE = refuse(
  'conflict',
  'The first request with this Idempotency-Key has done it. Its answer is too long to be repeated.',
);

const parse = (text: string | null): unknown => (text === null ? undefined : JSON.parse(text));

const refused = (refusal: Refusal): Result<never> => ({ ok: false, refusal });

/** The outcome as it may be kept: credentials of the answer are null, and it says why. */
function withoutSecrets(value: unknown): Result<unknown> {
  let hidden = false;
  const text = JSON.stringify(value, (key, member: unknown) => {
    if (!SECRETS.has(key) || typeof member !== 'string') return member;
    hidden = true;
    return null;
  });
  if (!hidden) return ok(value);
  return ok({ ...(JSON.parse(text) as object), secretAlreadyShown: true });
}
