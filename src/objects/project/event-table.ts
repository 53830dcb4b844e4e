import { EVENTS_KEPT_MS } from '../../contract/platform-event.ts';

export const EVENT_MIGRATIONS: readonly string[] = [
  `CREATE TABLE events(sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, environment TEXT,
    subject TEXT NOT NULL, created_at INTEGER NOT NULL, appended_at INTEGER NOT NULL, body BLOB NOT NULL,
    thin BLOB NOT NULL, outbox_seq INTEGER NOT NULL, settled INTEGER NOT NULL)`,
];

/** An event of the project, with its bytes. */
export interface KeptEvent {
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  readonly environment: string | null;
  readonly subject: string;
  /** In milliseconds. */
  readonly createdAt: number;
  readonly body: Uint8Array;
  readonly thin: Uint8Array;
}

interface Row extends Record<string, SqlStorageValue> {
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  readonly environment: string | null;
  readonly subject: string;
  readonly created_at: number;
  readonly body: ArrayBuffer;
  readonly thin: ArrayBuffer;
}

interface Mark {
  /** The newest event. */
  readonly head: number;
  /** The last row of the outbox that is in here. */
  readonly outboxSeq: number;
  /** Every endpoint has had everything up to this one; it may be more by now. */
  readonly settled: number;
  /** When the newest was written down, in milliseconds; never before the one before it. */
  readonly appendedAt: number;
}

interface Writing {
  /** Every endpoint has had everything up to this one. */
  readonly settled: number;
  /** Only of what comes from there. */
  readonly outboxSeq?: number;
  readonly now: number;
}

const fromRow = ({ sequence, id, type, environment, subject, ...row }: Row): KeptEvent => ({
  ...{ sequence, id, type, environment, subject },
  createdAt: row.created_at,
  body: new Uint8Array(row.body),
  thin: new Uint8Array(row.thin),
});

const NONE: Mark = { head: 0, outboxSeq: 0, settled: 0, appendedAt: 0 };

const MARK = `SELECT sequence AS head, outbox_seq AS outboxSeq, settled, appended_at AS appendedAt FROM events
  ORDER BY sequence DESC LIMIT 1`;
const INSERT = `INSERT INTO events(sequence, id, type, environment, subject, created_at, appended_at, body, thin,
  outbox_seq, settled) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const AFTER = 'SELECT * FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?';
const FIRST = 'SELECT sequence, appended_at AS at FROM events ORDER BY sequence LIMIT 1';
const APPENDED = `SELECT appended_at AS at FROM events WHERE sequence >= ? ORDER BY sequence LIMIT 1`;
const SETTLED = 'UPDATE events SET settled = ? WHERE sequence = ?';
const OLD = `DELETE FROM events WHERE sequence IN
  (SELECT sequence FROM events WHERE sequence < ? ORDER BY sequence LIMIT 1000)`;
/** Those that were just written are read once more at once: by whoever hands them on. */
const RECENT_MAX = 200;
/** Looking for what is old costs some rows, so it goes along with the first after a wake and a few hundred others. */
const PRUNE_EVERY = 500;
/** How far the endpoints are served is written with the next event. Where each event is one after a wake it never is known. */
const UNSETTLED_MAX = 20;

/**
 * What has happened in a project, in order, for 30 days. One row an event and no index: what else has to be remembered
 * (how far the outbox is taken, how far the endpoints are served) stands in the newest row.
 */
export class EventTable {
  readonly #sql: SqlStorage;
  #mark: Mark | undefined;
  #recent: KeptEvent[] = [];
  #appended = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get mark(): Mark {
    this.#mark ??= this.#sql.exec<Row & Mark>(MARK).toArray()[0] ?? NONE;
    return this.#mark;
  }

  /** Writes the next event; its bytes are made of its number. */
  append(
    event: Omit<KeptEvent, 'sequence' | 'body' | 'thin'>,
    bytes: (sequence: number) => Pick<KeptEvent, 'body' | 'thin'>,
    { settled, outboxSeq = this.mark.outboxSeq, now }: Writing,
  ): void {
    const sequence = this.mark.head + 1;
    const appendedAt = Math.max(now, this.mark.appendedAt);
    const { body, thin } = bytes(sequence);
    const { id, type, environment, subject, createdAt } = event;
    const values = [sequence, id, type, environment, subject, createdAt, appendedAt, body, thin];
    this.#sql.exec(INSERT, ...values, outboxSeq, settled);
    this.#mark = { head: sequence, outboxSeq, settled, appendedAt };
    if (this.#appended++ % PRUNE_EVERY === 0) this.prune(now);
    this.#recent.push({ sequence, id, type, environment, subject, createdAt, body, thin });
    if (this.#recent.length > 2 * RECENT_MAX) this.#recent = this.#recent.slice(-RECENT_MAX);
  }

  /** Every endpoint has had everything up to this one. It is written down by itself only where that was long not done. */
  settle(settled: number): void {
    if (settled - this.mark.settled <= UNSETTLED_MAX) return;
    this.#sql.exec(SETTLED, settled, this.mark.head);
    this.#mark = { ...this.mark, settled };
  }

  /** What memory believes is looked up again: a transaction was rolled back. */
  forget(): void {
    this.#mark = undefined;
    this.#recent = [];
  }

  /** A page of events after a number, oldest first. */
  after(sequence: number, limit: number): readonly KeptEvent[] {
    const [first] = this.#recent;
    if (sequence >= this.mark.head) return [];
    if (first !== undefined && sequence >= first.sequence - 1) {
      const from = sequence - first.sequence + 1;
      return this.#recent.slice(from, from + limit);
    }
    return this.#sql.exec<Row>(AFTER, sequence, limit).toArray().map(fromRow);
  }

  find(sequence: number): KeptEvent | null {
    return this.after(sequence - 1, 1).find((event) => event.sequence === sequence) ?? null;
  }

  /**
   * The last event that was written down before a time in milliseconds. What happened from then on comes behind it, as
   * far as clocks agree; what comes behind it may have happened before, and be told late.
   */
  lastBefore(time: number): number {
    if (this.mark.appendedAt < time) return this.mark.head;
    const [first] = this.#sql.exec<{ sequence: number; at: number }>(FIRST).toArray();
    if (first === undefined || first.at >= time) return (first?.sequence ?? 1) - 1;
    let low = first.sequence;
    let high = this.mark.head - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#sql.exec<{ at: number }>(APPENDED, middle).one().at < time) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Drops what has had its 30 days, a thousand at most; the newest stays, for what stands in it. */
  prune(now: number): void {
    const last = Math.min(this.lastBefore(now - EVENTS_KEPT_MS) + 1, this.mark.head);
    if (last > 1) this.#sql.exec(OLD, last);
  }
}
