import type { Post } from '../../contract/delivery.ts';
import { AT_ONCE, type KeptState, type Standing } from '../../domain/delivery/settle.ts';
import { type Due, HEAD_WAITS_MS } from '../../domain/delivery/turn.ts';
import type { DeliveryRow, KeptAttempt } from './delivery-row.ts';

export const DELIVERY_MIGRATIONS: readonly string[] = [
  `CREATE TABLE deliveries(sequence INTEGER PRIMARY KEY, event_id TEXT NOT NULL, type TEXT NOT NULL,
    state TEXT NOT NULL, created_at INTEGER NOT NULL, body BLOB, floor INTEGER NOT NULL, tries INTEGER NOT NULL,
    asked INTEGER NOT NULL, failed_at INTEGER, due_at INTEGER, attempts TEXT NOT NULL)`,
  // What arrives at once is in none of these, so it costs its row and nothing else.
  'CREATE INDEX deliveries_due ON deliveries(due_at, sequence) WHERE due_at IS NOT NULL',
  'CREATE INDEX deliveries_in_order ON deliveries(sequence) WHERE due_at IS NOT NULL',
  `CREATE INDEX deliveries_exhausted ON deliveries(sequence) WHERE state = 'exhausted'`,
];

const COLUMNS = `sequence, event_id AS eventId, type, state, created_at AS createdAt, tries, asked,
  failed_at AS failedAt, due_at AS dueAt, attempts`;
const NEWEST = 'SELECT sequence, floor FROM deliveries ORDER BY sequence DESC LIMIT 1';
const INSERT = `INSERT OR IGNORE INTO deliveries(sequence, event_id, type, created_at, body, floor, asked, due_at,
  state, tries, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', 0, '[]')`;
const FIND = `SELECT ${COLUMNS}, body FROM deliveries WHERE sequence = ?`;
const NEWEST_FIRST = `SELECT ${COLUMNS} FROM deliveries WHERE sequence < ? ORDER BY sequence DESC`;
const FRESH = `SELECT sequence FROM deliveries WHERE sequence >= ? AND state = 'pending' AND due_at IS NULL
  ORDER BY sequence LIMIT 1`;
const DUE = `SELECT sequence, due_at AS dueAt, failed_at AS failedAt FROM deliveries INDEXED BY deliveries_due
  WHERE due_at IS NOT NULL ORDER BY due_at, sequence LIMIT ?`;
const HEAD = `SELECT sequence, due_at AS dueAt, failed_at AS failedAt FROM deliveries INDEXED BY deliveries_in_order
  WHERE due_at IS NOT NULL AND (due_at <= ? OR failed_at IS NULL OR failed_at > ?) ORDER BY sequence LIMIT 1`;
const SETTLE = `UPDATE deliveries SET state = ?, tries = ?, asked = ?, failed_at = ?, due_at = ?, attempts = ?, body = ?
  WHERE sequence = ?`;
const ASK = `UPDATE deliveries SET asked = asked + 1, due_at = ${AT_ONCE}, body = coalesce(body, ?) WHERE sequence = ?`;
const AGAIN = `UPDATE deliveries SET state = 'retrying', tries = 0, failed_at = NULL, body = coalesce(body, ?2),
  due_at = iif(asked > 0, ${AT_ONCE}, ?3) WHERE sequence = ?1`;
const RELEASE = `UPDATE deliveries SET tries = 0, failed_at = NULL, due_at = ? WHERE due_at > ${AT_ONCE}`;
const RECOVER = `UPDATE deliveries SET state = 'retrying', tries = 0, failed_at = NULL,
  due_at = iif(asked > 0, ${AT_ONCE}, ?) WHERE state = 'exhausted'`;

const DROP_FRESH = `DELETE FROM deliveries WHERE sequence >= ? AND state = 'pending' AND due_at IS NULL`;
const DROP_DUE = `DELETE FROM deliveries WHERE due_at > ${AT_ONCE}`;
const CHANGES = 'SELECT changes() AS count';

const NONE: ReadonlySet<number> = new Set();

interface Raw extends Record<string, SqlStorageValue> {
  readonly sequence: number;
  readonly eventId: string;
  readonly type: string;
  readonly state: KeptState;
  readonly createdAt: number;
  readonly tries: number;
  readonly asked: number;
  readonly failedAt: number | null;
  readonly dueAt: number | null;
  readonly attempts: string;
}

type Slim = Omit<DeliveryRow, 'body'>;

const fromRaw = ({ attempts, ...raw }: Raw): Slim => ({
  sequence: raw.sequence,
  eventId: raw.eventId,
  type: raw.type,
  state: raw.state,
  createdAt: raw.createdAt,
  tries: raw.tries,
  asked: raw.asked,
  failedAt: raw.failedAt,
  dueAt: raw.dueAt,
  // Our own bytes, written below.
  attempts: JSON.parse(attempts) as KeptAttempt[],
});

/**
 * The queue of an endpoint and its log. What arrives at once is written twice, when it comes and when it has arrived, and
 * is in no index; so what was never tried is found from where the newest row says that the first of it is.
 */
export class DeliveryTable {
  readonly #sql: SqlStorage;
  #newest: number | undefined;
  /** Nothing before it waits for its first try, but for those that have begun theirs. */
  #next = 1;
  readonly #begun = new Set<number>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** What memory believes is looked up again. */
  forget(): void {
    this.#newest = undefined;
    this.#begun.clear();
  }

  /** A known one stays as it is. `dueAt`: it goes then and not in its turn. True for what is new. */
  insert(post: Post, now: number, dueAt: number | null): boolean {
    const newest = this.#last();
    // What comes behind a later one is not found from the newest row, so it has a time.
    const at = dueAt ?? (post.sequence < newest ? now : null);
    const { sequence, eventId, type, createdAt, body } = post;
    const floor = Math.min(this.#next, sequence, ...this.#begun);
    const asked = at === AT_ONCE ? 1 : 0;
    const values = [sequence, eventId, type, createdAt, body, floor, asked, at];
    const { rowsWritten } = this.#sql.exec(INSERT, ...values);
    if (rowsWritten === 0) return false;
    this.#newest = Math.max(newest, sequence);
    return true;
  }

  find(sequence: number): DeliveryRow | null {
    const [raw] = this.#sql.exec<Raw & { readonly body: ArrayBuffer | null }>(FIND, sequence);
    if (raw === undefined) return null;
    return { ...fromRaw(raw), body: raw.body === null ? null : new Uint8Array(raw.body) };
  }

  /** Those before a number, newest first, as long as they are read. */
  *newestFirst(before: number | null): Generator<Slim> {
    const end = before ?? Number.MAX_SAFE_INTEGER;
    for (const raw of this.#sql.exec<Raw>(NEWEST_FIRST, end)) yield fromRaw(raw);
  }

  /** The lowest that was never tried and has not begun. */
  firstFresh(): number | null {
    const newest = this.#last();
    if (this.#next > newest) return null;
    const [found] = this.#sql.exec<{ sequence: number }>(FRESH, this.#next);
    this.#next = found?.sequence ?? newest + 1;
    return found?.sequence ?? null;
  }

  /** An attempt of this one has begun. */
  begin(sequence: number): void {
    if (sequence !== this.#next) return;
    this.#begun.add(sequence);
    this.#next++;
  }

  /** The attempt has ended; or nothing came of it, and it has to begin once more. */
  end(sequence: number, isWritten: boolean): void {
    if (this.#begun.delete(sequence) && !isWritten) this.#next = Math.min(this.#next, sequence);
  }

  /** The one whose time is the earliest, but for these. */
  earliest(underWay: ReadonlySet<number>): Due | null {
    const found = this.#sql.exec<Due & Record<string, SqlStorageValue>>(DUE, underWay.size + 1);
    return found.toArray().find(({ sequence }) => !underWay.has(sequence)) ?? null;
  }

  /** The lowest with a time that does not let the others pass; see `isPassedOver`. */
  head(now: number): Due | null {
    const [found] = this.#sql.exec<Due & Record<string, SqlStorageValue>>(
      HEAD,
      now,
      now - HEAD_WAITS_MS,
    );
    return found ?? null;
  }

  settle(
    sequence: number,
    { state, tries, asked, failedAt, dueAt }: Standing,
    { attempts, body }: Pick<DeliveryRow, 'attempts' | 'body'>,
  ): void {
    const standing = [state, tries, asked, failedAt, dueAt];
    this.#sql.exec(SETTLE, ...standing, JSON.stringify(attempts), body, sequence);
  }

  /** One attempt more, before all others. */
  ask(sequence: number, body: Uint8Array | null): void {
    this.#sql.exec(ASK, body, sequence);
  }

  /** It goes again, whatever has become of it. */
  again(sequence: number, body: Uint8Array, now: number): void {
    this.#sql.exec(AGAIN, sequence, body, now);
  }

  /** Whether anything is not finished. */
  get isWaiting(): boolean {
    return this.earliest(NONE) !== null || this.firstFresh() !== null;
  }

  /** What is not finished is forgotten, but for what was asked for. */
  drop(): void {
    this.#sql.exec(DROP_FRESH, this.#next);
    this.#sql.exec(DROP_DUE);
  }

  /** What was to go later goes now, in order, by a schedule of its own. Answers how many. */
  release(now: number): number {
    this.#sql.exec(RELEASE, now);
    return this.#changes();
  }

  /** What was given up goes again. Answers how many. */
  recover(now: number): number {
    this.#sql.exec(RECOVER, now);
    return this.#changes();
  }

  #changes(): number {
    return this.#sql.exec<{ count: number }>(CHANGES).one().count;
  }

  #last(): number {
    if (this.#newest !== undefined) return this.#newest;
    const [row] = this.#sql.exec<{ sequence: number; floor: number }>(NEWEST);
    this.#newest = row?.sequence ?? 0;
    this.#next = row?.floor ?? 1;
    return this.#newest;
  }
}
