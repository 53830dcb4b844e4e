import { DELIVERIES_KEPT_MS, type DeliverySums } from '../../contract/delivery.ts';
import type { KeptState } from '../../domain/delivery/settle.ts';

export const SUM_MIGRATIONS: readonly string[] = [
  'CREATE TABLE daily(day INTEGER PRIMARY KEY, delivered INTEGER NOT NULL, failed INTEGER NOT NULL)',
  'CREATE TABLE rolled(id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL)',
];

const DAY_MS = 86_400_000;
const PAGE = 1_000;
const PAGES_MAX = 50;

const ROLLED = 'SELECT sequence FROM rolled';
const NEXT = `SELECT sequence, state, created_at AS createdAt FROM deliveries WHERE sequence > ?
  ORDER BY sequence LIMIT ${PAGE}`;
const ADD = `INSERT INTO daily(day, delivered, failed) VALUES (?, ?, ?)
  ON CONFLICT (day) DO UPDATE SET delivered = delivered + excluded.delivered, failed = failed + excluded.failed`;
const ROLL = 'INSERT OR REPLACE INTO rolled(id, sequence) VALUES (1, ?)';
const DAYS = `SELECT coalesce(sum(delivered), 0) AS delivered, coalesce(sum(failed), 0) AS failed FROM daily
  WHERE day >= ? AND day < ?`;
const OPEN = `SELECT coalesce(sum(state = 'succeeded'), 0) AS delivered, coalesce(sum(state = 'exhausted'), 0) AS failed,
  coalesce(sum(state IN ('pending', 'retrying')), 0) AS pending
  FROM deliveries WHERE sequence > ? AND created_at >= ? AND created_at < ?`;
const REOPENED = `SELECT count(*) AS pending FROM deliveries INDEXED BY deliveries_due
  WHERE due_at IS NOT NULL AND state IN ('pending', 'retrying') AND sequence <= ? AND created_at >= ? AND created_at < ?`;
const GIVEN_UP = `SELECT created_at / ${DAY_MS} AS day, count(*) AS count FROM deliveries
  WHERE state = 'exhausted' AND sequence <= ? GROUP BY 1`;
const OLD = `DELETE FROM deliveries WHERE created_at < ? AND sequence <= ?
  AND sequence IN (SELECT sequence FROM deliveries ORDER BY sequence LIMIT ${PAGE})`;

type Counts = Record<keyof DeliverySums, number>;

/**
 * How many deliveries of each day have arrived or were given up. A delivery writes nothing for it: days are summed up
 * once they are over and all of them has ended, and the rest is counted when somebody asks.
 */
export class DeliveryTallies {
  readonly #sql: SqlStorage;
  #rolled: number | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  forget(): void {
    this.#rolled = undefined;
  }

  /** A delivery is in another state than before. Of a day that is summed up, the sum is mended. */
  moved(
    { sequence, createdAt }: { readonly sequence: number; readonly createdAt: number },
    before: KeptState | null,
    after: KeptState,
  ): void {
    if (before === after || sequence > this.#upTo()) return;
    const change = (state: KeptState): number =>
      (after === state ? 1 : 0) - (before === state ? 1 : 0);
    this.#add(Math.floor(createdAt / DAY_MS), change('succeeded'), change('exhausted'));
  }

  /** All that was given up is about to go again. */
  reopening(): void {
    const days = this.#sql.exec<{ day: number; count: number }>(GIVEN_UP, this.#upTo()).toArray();
    for (const { day, count } of days) this.#add(day, 0, -count);
  }

  sums(sinceMs: number, untilMs: number, now: number): DeliverySums {
    for (let page = 0; page < PAGES_MAX && this.rollUp(now); page++);
    const rolled = this.#upTo();
    const days = [Math.floor(sinceMs / DAY_MS), Math.ceil(untilMs / DAY_MS)];
    const closed = this.#sql.exec<Counts>(DAYS, ...days).one();
    const open = this.#sql.exec<Counts>(OPEN, rolled, sinceMs, untilMs).one();
    const again = this.#sql.exec<Counts>(REOPENED, rolled, sinceMs, untilMs).one();
    return {
      delivered: closed.delivered + open.delivered,
      failed: closed.failed + open.failed,
      pending: open.pending + again.pending,
    };
  }

  /** Sums up what is over, a thousand at most. True: there may be more. */
  rollUp(now: number): boolean {
    const today = Math.floor(now / DAY_MS);
    const sums = new Map<number, { delivered: number; failed: number }>();
    let last: number | undefined;
    let count = 0;
    for (const row of this.#sql.exec<Row>(NEXT, this.#upTo())) {
      const day = Math.floor(row.createdAt / DAY_MS);
      const isOpen = row.state === 'pending' || row.state === 'retrying';
      // What was held for as long as it is kept has failed.
      if (day >= today || (isOpen && row.createdAt >= now - DELIVERIES_KEPT_MS)) break;
      const sum = sums.get(day) ?? { delivered: 0, failed: 0 };
      sum[row.state === 'succeeded' ? 'delivered' : 'failed']++;
      sums.set(day, sum);
      last = row.sequence;
      count++;
    }
    if (last === undefined) return false;
    for (const [day, { delivered, failed }] of sums) this.#add(day, delivered, failed);
    this.#sql.exec(ROLL, last);
    this.#rolled = last;
    return count === PAGE;
  }

  /** Drops what has had its time, a thousand at most, once it is summed up. True: there may be more. */
  cleanUp(now: number): boolean {
    const { rowsWritten } = this.#sql.exec(OLD, now - DELIVERIES_KEPT_MS, this.#upTo());
    return rowsWritten >= PAGE;
  }

  #add(day: number, delivered: number, failed: number): void {
    this.#sql.exec(ADD, day, delivered, failed);
  }

  #upTo(): number {
    this.#rolled ??= this.#sql.exec<{ sequence: number }>(ROLLED).toArray()[0]?.sequence ?? 0;
    return this.#rolled;
  }
}

interface Row extends Record<string, SqlStorageValue> {
  readonly sequence: number;
  readonly state: KeptState;
  readonly createdAt: number;
}
