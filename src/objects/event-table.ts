import { EVENTS_KEPT_MS } from '../contract/platform-event.ts';

export const EVENT_MIGRATIONS: readonly string[] = [
  `CREATE TABLE events(sequence INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, environment TEXT,
    subject TEXT NOT NULL, created_at INTEGER NOT NULL, body BLOB NOT NULL, thin BLOB NOT NULL,
    outbox_seq INTEGER NOT NULL, settled INTEGER NOT NULL)`,
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
  /** Every endpoint had everything up to this one when the newest event was written. */
  readonly settled: number;
}

const fromRow = ({ created_at, body, thin, ...row }: Row): KeptEvent => ({
  ...row,
  createdAt: created_at,
  body: new Uint8Array(body),
  thin: new Uint8Array(thin),
});

const MARK = `SELECT sequence AS head, outbox_seq AS outboxSeq, settled FROM events
  ORDER BY sequence DESC LIMIT 1`;
const INSERT = `INSERT INTO events(sequence, id, type, environment, subject, created_at, body, thin, outbox_seq, settled)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const AFTER = 'SELECT * FROM events WHERE sequence > ? ORDER BY sequence LIMIT ?';
const BEFORE = 'SELECT sequence FROM events WHERE created_at < ? ORDER BY sequence DESC LIMIT 1';
const OLD = `DELETE FROM events WHERE sequence IN
  (SELECT sequence FROM events WHERE sequence < ? ORDER BY sequence LIMIT 1000)`;
/** Those that were just written are read once more at once: by whoever hands them on. */
const RECENT_MAX = 200;
/** Looking for what is old costs a row or two, so it goes along with a few hundred others. */
const PRUNE_EVERY = 500;

/**
 * What has happened in a project, in order, for 30 days. One row an event and no index: what else has to be remembered
 * (how far the outbox is taken, how far the endpoints are served) stands in the newest row.
 */
export class EventTable {
  readonly #sql: SqlStorage;
  #mark: Mark | undefined;
  #recent: KeptEvent[] = [];
  #appended = 1;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get mark(): Mark {
    this.#mark ??= this.#sql.exec<Row & Mark>(MARK).toArray()[0] ?? {
      head: 0,
      outboxSeq: 0,
      settled: 0,
    };
    return this.#mark;
  }

  /** Writes the next event; its bytes are made of its number. `outboxSeq` only of what comes from there. */
  append(
    event: Omit<KeptEvent, 'sequence' | 'body' | 'thin'>,
    bytes: (sequence: number) => Pick<KeptEvent, 'body' | 'thin'>,
    { settled, outboxSeq = this.mark.outboxSeq }: { settled: number; outboxSeq?: number },
  ): void {
    const sequence = this.mark.head + 1;
    const { body, thin } = bytes(sequence);
    const { id, type, environment, subject, createdAt } = event;
    const values = [sequence, id, type, environment, subject, createdAt, body, thin];
    this.#sql.exec(INSERT, ...values, outboxSeq, settled);
    this.#mark = { head: sequence, outboxSeq, settled };
    if (this.#appended++ % PRUNE_EVERY === 0) this.prune(createdAt);
    this.#recent.push({ sequence, id, type, environment, subject, createdAt, body, thin });
    if (this.#recent.length > 2 * RECENT_MAX) this.#recent = this.#recent.slice(-RECENT_MAX);
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

  /** The last event before a time in milliseconds; 0: there is none. */
  lastBefore(time: number): number {
    return this.#sql.exec<{ sequence: number }>(BEFORE, time).toArray()[0]?.sequence ?? 0;
  }

  /** Drops what has had its 30 days, a thousand at most; the newest stays, for what stands in it. */
  prune(now: number): void {
    const last = Math.min(this.lastBefore(now - EVENTS_KEPT_MS) + 1, this.mark.head);
    this.#sql.exec(OLD, last);
  }
}
