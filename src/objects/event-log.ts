import type { TaskEvent } from '../contract/event.ts';
import type { LogEntry } from '../contract/task.ts';
import { type Block, chainLink, chainStart, type FoldedBlock } from '../domain/blocks.ts';

export const LOG_MIGRATIONS: readonly string[] = [
  `CREATE TABLE blocks(
    last INTEGER PRIMARY KEY, first INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL,
    epoch INTEGER NOT NULL, producer TEXT, producer_to INTEGER, logs INTEGER NOT NULL,
    body TEXT, body_hash TEXT NOT NULL, hash TEXT NOT NULL)`,
];

/** A body is split where it would pass this, well under the 2 MB that a row can hold. */
const BODY_CHARS_MAX = 400_000;

/** What a page of events may hold, so that it crosses from object to Worker in one piece. */
const PAGE_CHARS_MAX = 4_000_000;

interface HeaderRow extends Record<string, SqlStorageValue> {
  readonly last: number;
  readonly kind: string;
  readonly epoch: number;
  readonly producer: string | null;
  readonly producer_to: number | null;
  readonly logs: number;
  readonly body: string | null;
}

const parseBody = (body: string | null): TaskEvent[] =>
  // Our own bytes, checked when they were written.
  body === null ? [] : (JSON.parse(body) as TaskEvent[]);

function halves(block: Block): Block[] {
  const middle = block.events.length >> 1;
  const cut = (events: readonly TaskEvent[]): Block => ({
    ...block,
    events,
    first: events[0]?.seq ?? block.first,
    last: events.at(-1)?.seq ?? block.last,
    logs: events.filter(({ type }) => type === 'log:entry').length,
  });
  return [cut(block.events.slice(0, middle)), cut(block.events.slice(middle))];
}

/** The append-only log of one task, a row a block, chained by hashes. */
export class EventLog {
  readonly #sql: SqlStorage;
  readonly #taskId: string;
  #tail: string | undefined;

  constructor(sql: SqlStorage, taskId: string) {
    this.#sql = sql;
    this.#taskId = taskId;
  }

  /** Appends the blocks of one commit; to be called inside its transaction. Returns how many rows it wrote. */
  append(blocks: readonly Block[]): number {
    let rows = 0;
    for (const block of blocks) {
      const body = JSON.stringify(block.events);
      if (body.length > BODY_CHARS_MAX && block.events.length > 1)
        rows += this.append(halves(block));
      else rows += this.#write(block, body);
    }
    return rows;
  }

  #write(block: Block, body: string): number {
    const previous = this.#tail ?? this.#readTail();
    const { bodyHash, hash } = chainLink(previous, block, body);
    this.#sql.exec(
      `INSERT INTO blocks(last, first, at, kind, epoch, producer, producer_to, logs, body, body_hash, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      block.last,
      block.first,
      block.at,
      block.kind,
      block.epoch,
      block.producer,
      block.producerTo,
      block.logs,
      body,
      bodyHash,
      hash,
    );
    this.#tail = hash;
    return 1;
  }

  #readTail(): string {
    const [row] = this.#sql
      .exec<{ hash: string }>('SELECT hash FROM blocks ORDER BY last DESC LIMIT 1')
      .toArray();
    return row?.hash ?? chainStart(this.#taskId);
  }

  /** A transaction that was rolled back leaves the tail in doubt. */
  forgetTail(): void {
    this.#tail = undefined;
  }

  /** Every block after `seq` as the fold needs it, to the end: no limit, or the fold would be wrong. */
  *blocksAfter(seq: number): Generator<FoldedBlock> {
    const rows = this.#sql.exec<HeaderRow>(
      `SELECT last, kind, epoch, producer, producer_to, logs,
         CASE kind WHEN 's' THEN body END AS body FROM blocks WHERE last > ? ORDER BY last`,
      seq,
    );
    for (const row of rows) {
      yield {
        kind: row.kind === 's' ? 's' : 'p',
        last: row.last,
        epoch: row.epoch,
        producer: row.producer,
        producerTo: row.producer_to,
        logs: row.logs,
        events: parseBody(row.body),
      };
    }
  }

  /** At most `limit` events after `seq`, in order; fewer where they are large, one at least if there is one. */
  eventsAfter(seq: number, limit: number): TaskEvent[] {
    const events: TaskEvent[] = [];
    let chars = 0;
    const rows = this.#sql.exec<{ body: string | null }>(
      'SELECT body FROM blocks WHERE last > ? ORDER BY last',
      seq,
    );
    for (const { body } of rows) {
      for (const event of parseBody(body)) {
        if (event.seq > seq) events.push(event);
        if (events.length === limit) return events;
      }
      chars += body?.length ?? 0;
      if (chars > PAGE_CHARS_MAX) return events;
    }
    return events;
  }

  /** True if something that state is folded from came after `seq`. */
  hasFoldedAfter(seq: number): boolean {
    const rows = this.#sql.exec("SELECT 1 FROM blocks WHERE last > ? AND kind = 's' LIMIT 1", seq);
    return rows.toArray().length > 0;
  }

  /** The newest `limit` log entries, oldest first. */
  newestLogs(limit: number): LogEntry[] {
    const newest: LogEntry[] = [];
    const rows = this.#sql.exec<{ body: string | null }>(
      'SELECT body FROM blocks WHERE logs > 0 ORDER BY last DESC',
    );
    for (const { body } of rows) {
      for (const event of parseBody(body).reverse()) {
        if (event.type !== 'log:entry') continue;
        const { at: _, ...entry } = event.data;
        newest.push({ seq: event.seq, timestamp: event.timestamp, ...entry });
        if (newest.length === limit) return newest.reverse();
      }
    }
    return newest.reverse();
  }
}
