import { createHash } from 'node:crypto';

const TABLES = [
  'CREATE TABLE migrations(version INTEGER PRIMARY KEY)',
  `CREATE TABLE blocks(
    last INTEGER PRIMARY KEY, first INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL,
    epoch INTEGER NOT NULL, producer TEXT, producer_to INTEGER, logs INTEGER NOT NULL,
    body TEXT, body_hash TEXT NOT NULL, hash TEXT NOT NULL, told_bytes INTEGER NOT NULL DEFAULT 0,
    logs_before INTEGER NOT NULL DEFAULT 0, state_before INTEGER NOT NULL DEFAULT 0)`,
  `CREATE TABLE snapshot(
    id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL)`,
  `CREATE TABLE cursors(
    consumer TEXT PRIMARY KEY, seq INTEGER NOT NULL, attempts INTEGER NOT NULL, retry_at INTEGER)`,
  'INSERT INTO migrations(version) VALUES (1), (2), (3)',
];
const INSERT = `INSERT INTO blocks(last, first, at, kind, epoch, producer, producer_to, logs, body, body_hash, hash)
  VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)`;
const ROWS_BETWEEN_SNAPSHOTS = 500;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

export interface LogEvent {
  readonly type: string;
  readonly taskId: string;
  readonly timestamp: string;
  readonly seq: number;
  readonly data: unknown;
}

/** The log of a task: a row a commit, chained by hashes, the state written down each 500 rows. */
export class BlockLog {
  readonly #storage: DurableObjectStorage;
  #seq = 0;
  #tail = '';
  #rowsSince = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    const { sql } = storage;
    const made = "SELECT 1 FROM sqlite_master WHERE name = 'migrations'";
    if (sql.exec(made).toArray().length === 0) return;
    const [row] = sql
      .exec<{ last: number; hash: string }>(
        'SELECT last, hash FROM blocks ORDER BY last DESC LIMIT 1',
      )
      .toArray();
    this.#seq = row?.last ?? 0;
    this.#tail = row?.hash ?? '';
  }

  get seq(): number {
    return this.#seq;
  }

  make(): void {
    for (const table of TABLES) this.#storage.sql.exec(table);
  }

  /** Writes one row and returns its text. */
  append(
    events: readonly LogEvent[],
    row: { kind: 's' | 'p'; logs: number; producer?: string; producerTo?: number; state: object },
  ): string {
    const body = JSON.stringify(events);
    const last = this.#seq + events.length;
    const at = events[0]?.timestamp ?? '';
    const bodyHash = sha256(body);
    const hash = sha256([this.#tail, this.#seq + 1, last, at, row.kind, bodyHash].join('\n'));
    const producer = row.producer ?? null;
    const producerTo = row.producerTo ?? null;
    this.#storage.transactionSync(() => {
      const { sql } = this.#storage;
      const values = [last, this.#seq + 1, at, row.kind, producer, producerTo, row.logs];
      sql.exec(INSERT, ...values, body, bodyHash, hash);
      this.#snapshot(last, row.state);
    });
    this.#seq = last;
    this.#tail = hash;
    return body;
  }

  #snapshot(seq: number, state: object): void {
    this.#rowsSince += 1;
    if (this.#rowsSince < ROWS_BETWEEN_SNAPSHOTS) return;
    this.#rowsSince = 0;
    const sql = 'INSERT OR REPLACE INTO snapshot(id, seq, version, state) VALUES (1, ?, 1, ?)';
    this.#storage.sql.exec(sql, seq, JSON.stringify(state));
  }

  firstBody(): LogEvent[] {
    const sql = 'SELECT body FROM blocks ORDER BY last LIMIT 1';
    // Written by `append`.
    return JSON.parse(this.#storage.sql.exec<{ body: string }>(sql).one().body) as LogEvent[];
  }

  newestLogs(limit: number): unknown[] {
    const newest: unknown[] = [];
    const sql = 'SELECT body FROM blocks WHERE logs > 0 ORDER BY last DESC';
    for (const { body } of this.#storage.sql.exec<{ body: string }>(sql)) {
      // Written by `append`.
      for (const { seq, timestamp, data } of (JSON.parse(body) as LogEvent[]).reverse()) {
        newest.push({ seq, timestamp, ...(data as object) });
        if (newest.length === limit) return newest.reverse();
      }
    }
    return newest.reverse();
  }
}
