import { evolveBlock } from '../../domain/blocks.ts';
import { STATE_VERSION, type TaskState } from '../../domain/task.ts';
import type { EventLog } from './event-log.ts';

export const SNAPSHOT_MIGRATIONS: readonly string[] = [
  `CREATE TABLE snapshot(
    id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, version INTEGER NOT NULL, state TEXT NOT NULL)`,
];

/** A wake folds at most this many rows of the log beside the snapshot. */
const ROWS_BETWEEN = 500;
/** A row holds 2 MB. A larger state is not written down, or no commit would succeed any more: the log tells it all. */
const STATE_BYTES_MAX = 1_900_000;

/** The folded state, written down now and then, so that waking costs the same for an old task as for a new one. */
export class Snapshot {
  readonly #sql: SqlStorage;
  #rowsSince = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The state of the log: the snapshot and what came after it; of another version, the whole log. */
  load(log: EventLog): TaskState | null {
    const [row] = this.#sql
      .exec<{ seq: number; version: number; state: string }>(
        'SELECT seq, version, state FROM snapshot',
      )
      .toArray();
    const usable = row?.version === STATE_VERSION ? row : undefined;
    let state = usable === undefined ? null : (JSON.parse(usable.state) as TaskState);
    this.#rowsSince = 0;
    for (const block of log.blocksAfter(usable?.seq ?? 0)) {
      state = evolveBlock(state, block);
      this.#rowsSince += 1;
    }
    return state;
  }

  /** Whether a commit of so many rows writes the snapshot too. */
  isDueAfter(rows: number): boolean {
    return this.#rowsSince + rows >= ROWS_BETWEEN;
  }

  /** Counts the rows of a commit and writes the snapshot when enough have come; inside its transaction. */
  count(rows: number, state: TaskState): void {
    const isDue = this.isDueAfter(rows);
    this.#rowsSince = isDue ? 0 : this.#rowsSince + rows;
    if (!isDue) return;
    const text = JSON.stringify(state);
    if (new TextEncoder().encode(text).byteLength > STATE_BYTES_MAX) return;
    this.#sql.exec(
      'INSERT OR REPLACE INTO snapshot(id, seq, version, state) VALUES (1, ?, ?, ?)',
      state.seq,
      STATE_VERSION,
      text,
    );
  }
}
