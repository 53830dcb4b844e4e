// The table `receipts`: what was signed of a task's log, a row an event that is proven.

export const RECEIPT_MIGRATIONS: readonly string[] = [
  `CREATE TABLE receipts(
    seq INTEGER PRIMARY KEY, gate_id TEXT, receipt TEXT, checkpoint TEXT,
    block_last INTEGER NOT NULL, blocks INTEGER NOT NULL)`,
];

/** What was signed at an event. Where two lie in one block, the first has its checkpoint. */
export interface ReceiptRow {
  readonly seq: number;
  readonly gateId: string | null;
  readonly receipt: string | null;
  readonly checkpoint: string | null;
  /** The end of the block with the event, and how many blocks there are up to it. */
  readonly blockLast: number;
  readonly blocks: number;
}

/** What a signature is about: the block with an event. */
export interface SignedBlock {
  readonly last: number;
  readonly hash: string;
  readonly at: string;
}

type Row = { readonly [K in keyof ReceiptRow]: ReceiptRow[K] } & Record<string, SqlStorageValue>;

/** A gate has few: one a decision and a use. */
const OF_GATE_MAX = 100;

export class ReceiptRows {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The newest, or null while nothing was signed. */
  newest(): Pick<ReceiptRow, 'seq' | 'blockLast' | 'blocks'> | null {
    const [row] = this.#sql
      .exec<Row>(
        `SELECT seq, block_last AS blockLast, blocks FROM receipts ORDER BY seq DESC LIMIT 1`,
      )
      .toArray();
    return row ?? null;
  }

  /** What was signed already stays as it is. */
  insert(row: ReceiptRow): void {
    this.#sql.exec(
      `INSERT INTO receipts(seq, gate_id, receipt, checkpoint, block_last, blocks)
       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT(seq) DO NOTHING`,
      row.seq,
      row.gateId,
      row.receipt,
      row.checkpoint,
      row.blockLast,
      row.blocks,
    );
  }

  /** The receipts of an instance, oldest first. A task has few rows, and they are read by people. */
  ofGate(gateId: string): readonly string[] {
    return this.#sql
      .exec<{ receipt: string }>(
        'SELECT receipt FROM receipts WHERE gate_id = ? ORDER BY seq LIMIT ?',
        gateId,
        OF_GATE_MAX,
      )
      .toArray()
      .map(({ receipt }) => receipt);
  }

  /** The newest receipt of an instance, however many it has. */
  newestOf(gateId: string): string | null {
    const [row] = this.#sql
      .exec<{ receipt: string }>(
        'SELECT receipt FROM receipts WHERE gate_id = ? ORDER BY seq DESC LIMIT 1',
        gateId,
      )
      .toArray();
    return row?.receipt ?? null;
  }

  /** A page of what was signed after an event, up to another. */
  page(after: number, to: number, limit: number): readonly ReceiptRow[] {
    return this.#sql
      .exec<Row>(
        `SELECT seq, gate_id AS gateId, receipt, checkpoint, block_last AS blockLast, blocks
         FROM receipts WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
        after,
        to,
        limit,
      )
      .toArray();
  }

  /** The block with this event. */
  blockOf(seq: number): SignedBlock {
    return this.#sql
      .exec<{ last: number; hash: string; at: string }>(
        'SELECT last, hash, at FROM blocks WHERE last >= ? ORDER BY last LIMIT 1',
        seq,
      )
      .one();
  }

  /** How many blocks there are up to an event, which ends one. */
  blocksTo(seq: number): number {
    const newest = this.newest();
    if (newest === null) return this.blocksBetween(0, seq);
    return newest.blocks + this.blocksBetween(newest.blockLast, seq);
  }

  /** How many blocks end after one event and not after the other. */
  blocksBetween(after: number, to: number): number {
    return this.#sql
      .exec<{ n: number }>(
        'SELECT count(*) AS n FROM blocks WHERE last > ? AND last <= ?',
        after,
        to,
      )
      .one().n;
  }
}
