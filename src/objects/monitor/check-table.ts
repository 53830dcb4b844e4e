import { CHECKS_KEPT, type Check } from '../../contract/monitor.ts';
import {
  counted,
  EMPTY_HISTOGRAM,
  type Histogram,
  sumOfHistograms,
} from '../../domain/histogram.ts';
import { quantile, type Window } from '../../domain/monitor.ts';

export const CHECK_MIGRATIONS: readonly string[] = [
  `CREATE TABLE checks(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, ok INTEGER NOT NULL, status INTEGER,
    latency_ms INTEGER, error TEXT)`,
  `CREATE TABLE check_daily(day INTEGER PRIMARY KEY, checks INTEGER NOT NULL, failed INTEGER NOT NULL,
    latency_histogram TEXT NOT NULL)`,
];

const DAY_MS = 86_400_000;
/** Days whose sums are kept: metrics look back for a year. */
const DAYS_KEPT = 400;
/** Old checks go many at a time, so that most checks write one row here and one of the day. */
const PRUNE_EVERY = 60;

interface Row extends Record<string, SqlStorageValue> {
  readonly seq: number;
  readonly at: number;
  readonly ok: number;
  readonly status: number | null;
  readonly latency_ms: number | null;
  readonly error: string | null;
}

interface Day extends Record<string, SqlStorageValue> {
  readonly checks: number;
  readonly failed: number;
  readonly latency_histogram: string;
}

/** A check in its place, by which a list goes on. */
export type KeptCheck = Check & { readonly id: string };

/** What the checks of some days come to. */
export interface CheckSums {
  readonly checks: number;
  readonly failed: number;
  readonly latencies: Histogram;
}

const HEAD = 'SELECT coalesce(max(seq), 0) AS seq FROM checks';
const INSERT =
  'INSERT INTO checks(seq, at, ok, status, latency_ms, error) VALUES (?, ?, ?, ?, ?, ?)';
const NEWEST = 'SELECT * FROM checks WHERE seq > ? AND seq < ? ORDER BY seq DESC LIMIT ? OFFSET ?';
const PRUNE = 'DELETE FROM checks WHERE seq <= ?';
const DAY = 'SELECT checks, failed, latency_histogram FROM check_daily WHERE day = ?';
const SET_DAY = `INSERT INTO check_daily(day, checks, failed, latency_histogram) VALUES (?1, ?2, ?3, ?4)
  ON CONFLICT(day) DO UPDATE SET checks = ?2, failed = ?3, latency_histogram = ?4`;
const PRUNE_DAYS = 'DELETE FROM check_daily WHERE day < ?';
const DAYS = 'SELECT checks, failed, latency_histogram FROM check_daily WHERE day BETWEEN ? AND ?';

const checkOf = ({ at, ok, status, latency_ms, error }: Row): Check => ({
  at: new Date(at).toISOString(),
  ok: ok === 1,
  status,
  latencyMs: latency_ms,
  // Our own words, written by `add`.
  error: error as Check['error'],
});
const idOf = (seq: number): string => String(seq).padStart(15, '0');
// Our own bytes, written by `add`.
const histogramOf = (day: Day): Histogram => JSON.parse(day.latency_histogram) as Histogram;

/** The newest checks one by one, and sums of each day. */
export class CheckTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(check: Check): void {
    const seq = this.#head() + 1;
    const at = Date.parse(check.at);
    const { ok, status, latencyMs, error } = check;
    this.#sql.exec(INSERT, seq, at, ok ? 1 : 0, status, latencyMs, error);
    if (seq % PRUNE_EVERY === 0) this.#sql.exec(PRUNE, seq - CHECKS_KEPT);
    this.#count(Math.floor(at / DAY_MS), check);
  }

  #count(day: number, { ok, latencyMs }: Check): void {
    const [known] = this.#sql.exec<Day>(DAY, day).toArray();
    if (known === undefined) this.#sql.exec(PRUNE_DAYS, day - DAYS_KEPT);
    const before = known === undefined ? EMPTY_HISTOGRAM : histogramOf(known);
    const after = latencyMs === null ? before : counted(before, latencyMs);
    const failed = (known?.failed ?? 0) + (ok ? 0 : 1);
    this.#sql.exec(SET_DAY, day, (known?.checks ?? 0) + 1, failed, JSON.stringify(after));
  }

  #head(): number {
    return this.#sql.exec<{ seq: number }>(HEAD).one().seq;
  }

  /** A page, newest first, after the id of another. */
  page({
    after,
    limit,
    offset,
  }: {
    readonly after: string | null;
    readonly limit: number;
    readonly offset: number;
  }): { readonly rows: readonly KeptCheck[]; readonly total: number } {
    const head = this.#head();
    const before = after === null ? head + 1 : Number(after);
    const rows = this.#sql.exec<Row>(NEWEST, head - CHECKS_KEPT, before, limit, offset).toArray();
    return {
      rows: rows.map((row) => ({ ...checkOf(row), id: idOf(row.seq) })),
      total: Math.min(head, CHECKS_KEPT),
    };
  }

  /** The newest, oldest first. */
  newest(limit: number): readonly Check[] {
    const head = this.#head();
    const rows = this.#sql.exec<Row>(NEWEST, head - CHECKS_KEPT, head + 1, limit, 0).toArray();
    return rows.map(checkOf).reverse();
  }

  /** Those since a time in milliseconds, as far as they are kept. */
  window(since: number): Window {
    const head = this.#head();
    const latencies: number[] = [];
    let checks = 0;
    let failed = 0;
    for (const row of this.#sql.exec<Row>(NEWEST, head - CHECKS_KEPT, head + 1, CHECKS_KEPT, 0)) {
      if (row.at < since) break;
      checks += 1;
      if (row.ok !== 1) failed += 1;
      if (row.latency_ms !== null) latencies.push(row.latency_ms);
    }
    return { checks, failed, latencyMs: quantile(latencies, 0.95) };
  }

  /** Of the days in UTC that a time from `since` up to `until` touches. */
  sums(since: number, until: number): CheckSums {
    const last = Math.floor((until - 1) / DAY_MS);
    const days = this.#sql.exec<Day>(DAYS, Math.floor(since / DAY_MS), last).toArray();
    return {
      checks: days.reduce((sum, { checks }) => sum + checks, 0),
      failed: days.reduce((sum, { failed }) => sum + failed, 0),
      latencies: sumOfHistograms(days.map(histogramOf)),
    };
  }
}
