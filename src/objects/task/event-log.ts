import type { TaskEvent } from '../../contract/event.ts';
import type { StreamEvent } from '../../contract/event-page.ts';
import type { LogPage, LogsWanted } from '../../contract/logs.ts';
import type { LogEntry } from '../../contract/task.ts';
import { chainLink, chainStart, type FoldedBlock } from '../../domain/blocks.ts';
import type { BlockRow } from './block-rows.ts';
import { eventsAfter, logsAfter, newestLogs, parseBody } from './log-pages.ts';

export const LOG_MIGRATIONS: readonly string[] = [
  `CREATE TABLE blocks(
    last INTEGER PRIMARY KEY, first INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL,
    epoch INTEGER NOT NULL, producer TEXT, producer_to INTEGER, logs INTEGER NOT NULL,
    body TEXT, body_hash TEXT NOT NULL, hash TEXT NOT NULL)`,
];

/**
 * What would else be looked for in the whole log stands in its newest row: the bytes of all `p` bodies up to it, and where
 * the nearest row before it is that holds logs, and that is of kind `s`. An index would cost a second row a commit.
 */
export const LOG_LINK_MIGRATIONS: readonly string[] = [
  'ALTER TABLE blocks ADD COLUMN told_bytes INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE blocks ADD COLUMN logs_before INTEGER NOT NULL DEFAULT 0',
  'ALTER TABLE blocks ADD COLUMN state_before INTEGER NOT NULL DEFAULT 0',
  `UPDATE blocks SET told_bytes = sums.bytes FROM (
    SELECT last, sum(iif(kind = 'p', octet_length(body), 0)) OVER (ORDER BY last) AS bytes FROM blocks
  ) AS sums WHERE sums.last = blocks.last`,
  `UPDATE blocks SET
    logs_before = coalesce((SELECT b.last FROM blocks AS b
      WHERE b.last < blocks.last AND b.logs > 0 ORDER BY b.last DESC LIMIT 1), 0),
    state_before = coalesce((SELECT b.last FROM blocks AS b
      WHERE b.last < blocks.last AND b.kind = 's' ORDER BY b.last DESC LIMIT 1), 0)`,
];

interface HeaderRow extends Record<string, SqlStorageValue> {
  readonly last: number;
  readonly kind: string;
  readonly epoch: number;
  readonly producer: string | null;
  readonly producer_to: number | null;
  readonly logs: number;
  readonly body: string | null;
}

/** What the next row takes from the newest one. */
interface Tail {
  readonly hash: string;
  readonly at: string;
  /** The bytes of all `p` bodies ever written, the pruned ones too. */
  readonly toldBytes: number;
  /** The newest row that holds logs, and the newest of kind `s`; 0: none. */
  readonly logsAt: number;
  readonly stateAt: number;
}

const encoder = new TextEncoder();

/** The append-only log of one task, a row a block, chained by hashes. */
export class EventLog {
  readonly #sql: SqlStorage;
  readonly #taskId: string;
  #tail: Tail | undefined;
  /** The newest commit as text, for those who are told of it next. */
  #fresh: { readonly first: number; readonly texts: readonly string[] } = { first: 0, texts: [] };

  constructor(sql: SqlStorage, taskId: string) {
    this.#sql = sql;
    this.#taskId = taskId;
  }

  /** Appends the rows of one commit; to be called inside its transaction, if it has more than one. */
  append(rows: readonly BlockRow[]): void {
    for (const row of rows) this.#write(row);
    this.#fresh = { first: rows[0]?.block.first ?? 0, texts: rows.flatMap(({ texts }) => texts) };
  }

  /** The events of the newest commit as they were written, or any others as they would be. */
  textsOf(events: readonly StreamEvent[]): readonly string[] {
    const { first, texts } = this.#fresh;
    if (events[0]?.seq === first && events.length === texts.length) return texts;
    return events.map((event) => JSON.stringify(event));
  }

  #write({ block, texts }: BlockRow): void {
    const body = `[${texts.join(',')}]`;
    const tail = this.#readTail();
    const { bodyHash, hash } = chainLink(tail.hash, block, body);
    const isTold = block.kind === 'p';
    const toldBytes = tail.toldBytes + (isTold ? encoder.encode(body).byteLength : 0);
    this.#sql.exec(
      `INSERT INTO blocks(last, first, at, kind, epoch, producer, producer_to, logs, body, body_hash, hash,
         told_bytes, logs_before, state_before)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      toldBytes,
      tail.logsAt,
      tail.stateAt,
    );
    this.#tail = {
      hash,
      at: block.at,
      toldBytes,
      logsAt: block.logs > 0 ? block.last : tail.logsAt,
      stateAt: isTold ? tail.stateAt : block.last,
    };
  }

  #readTail(): Tail {
    this.#tail ??= this.#findTail();
    return this.#tail;
  }

  #start(): Tail {
    return { hash: chainStart(this.#taskId), at: '', toldBytes: 0, logsAt: 0, stateAt: 0 };
  }

  /** The log is known to be empty. */
  begin(): void {
    this.#tail = this.#start();
  }

  #findTail(): Tail {
    const [row] = this.#sql
      .exec<{ hash: string; at: string; told: number; logs: number; state: number }>(
        `SELECT hash, at, told_bytes AS told, iif(logs > 0, last, logs_before) AS logs,
           iif(kind = 's', last, state_before) AS state FROM blocks ORDER BY last DESC LIMIT 1`,
      )
      .toArray();
    if (row === undefined) return this.#start();
    const { hash, at, told, logs, state } = row;
    return { hash, at, toldBytes: told, logsAt: logs, stateAt: state };
  }

  /** A transaction that was rolled back leaves the tail in doubt. */
  forgetTail(): void {
    this.#tail = undefined;
  }

  /** The bytes of all `p` bodies ever written, the pruned ones too. */
  get toldBytes(): number {
    return this.#readTail().toldBytes;
  }

  /** When the newest event happened. */
  get newestAt(): string {
    return this.#readTail().at;
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
  eventsAfter(seq: number, limit: number, charsMax?: number): StreamEvent[] {
    return eventsAfter(this.#sql, this.#taskId, { seq, limit, charsMax });
  }

  /** Every event after `seq` that state is folded from, from row to row: what lies between is not looked at. */
  foldedAfter(seq: number): TaskEvent[] {
    const bodies: TaskEvent[][] = [];
    for (let at = this.#readTail().stateAt; at > seq; ) {
      const { body, before } = this.#sql
        .exec<{ body: string; before: number }>(
          'SELECT body, state_before AS before FROM blocks WHERE last = ?',
          at,
        )
        .one();
      bodies.push(parseBody(body).filter((event) => event.seq > seq));
      at = before;
    }
    return bodies.reverse().flat();
  }

  /** True if something that state is folded from came after `seq`. */
  hasFoldedAfter(seq: number): boolean {
    return this.#readTail().stateAt > seq;
  }

  /** The newest `limit` log entries, oldest first. */
  newestLogs(limit: number): LogEntry[] {
    return newestLogs(this.#sql, this.#readTail().logsAt, limit);
  }

  /** A page of log entries, oldest first. */
  logsAfter(wanted: LogsWanted): LogPage {
    return logsAfter(this.#sql, wanted);
  }
}
