import type { Runner } from '../../contract/runner.ts';
import { RUNNER_SEEN_MS } from '../../contract/timing.ts';

export const RUNNER_MIGRATIONS: readonly string[] = [
  `CREATE TABLE runners(
    id TEXT PRIMARY KEY, name TEXT NOT NULL, labels TEXT NOT NULL, environments TEXT NOT NULL,
    capacity INTEGER NOT NULL, draining INTEGER NOT NULL DEFAULT 0, seen_at INTEGER NOT NULL)`,
];

/** What the table learned to know later; migrations are appended, never inserted. */
export const RUNNER_ADDITIONS: readonly string[] = [
  'ALTER TABLE runners ADD COLUMN online_since INTEGER NOT NULL DEFAULT 0',
];

/** Between two writes of when a runner was seen. */
const SEEN_WRITE_MS = 30_000;

/** What the queue has to know of a runner. */
export interface RunnerFacts {
  readonly id: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly environments: readonly string[];
  readonly capacity: number;
}

export interface KnownRunner extends RunnerFacts {
  readonly draining: boolean;
  readonly seenAt: number;
  /** Since when it has been there without a gap. */
  readonly onlineSince: number;
}

interface Row extends Record<string, SqlStorageValue> {
  readonly id: string;
  readonly name: string;
  readonly labels: string;
  readonly environments: string;
  readonly capacity: number;
  readonly draining: number;
  readonly seen_at: number;
  readonly online_since: number;
}

const fromRow = (row: Row): KnownRunner => ({
  id: row.id,
  name: row.name,
  // Our own bytes, written by `register`.
  labels: JSON.parse(row.labels) as string[],
  environments: JSON.parse(row.environments) as string[],
  capacity: row.capacity,
  draining: row.draining === 1,
  seenAt: row.seen_at,
  onlineSince: row.online_since,
});

/**
 * The runners of a project: what they can do and when they were last seen. All are kept in memory once one was asked
 * for, since whoever asks why a task waits looks at each of them.
 */
export class RunnerTable {
  readonly #sql: SqlStorage;
  readonly #heardOn: (id: string) => number;
  #loaded: Map<string, KnownRunner> | undefined;

  /** `heardOn`: when a runner last gave a sign on its socket, which writes no row. */
  constructor(sql: SqlStorage, heardOn: (id: string) => number) {
    this.#sql = sql;
    this.#heardOn = heardOn;
  }

  get #known(): Map<string, KnownRunner> {
    this.#loaded ??= new Map(
      this.#sql
        .exec<Row>('SELECT * FROM runners')
        .toArray()
        .map((row) => [row.id, fromRow(row)]),
    );
    return this.#loaded;
  }

  register({ id, name, labels, environments, capacity }: RunnerFacts, now: number): void {
    const known = { id, name, labels, environments, capacity };
    this.#sql.exec(
      `INSERT OR REPLACE INTO runners(id, name, labels, environments, capacity, draining, seen_at, online_since)
       VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?6)`,
      id,
      name,
      JSON.stringify(labels),
      JSON.stringify(environments),
      capacity,
      now,
    );
    this.#known.set(id, { ...known, draining: false, seenAt: now, onlineSince: now });
  }

  find(id: string): KnownRunner | null {
    const runner = this.#known.get(id);
    return runner === undefined ? null : this.#asHeard(runner);
  }

  #asHeard(runner: KnownRunner): KnownRunner {
    const heardAt = this.#heardOn(runner.id);
    return heardAt > runner.seenAt ? { ...runner, seenAt: heardAt } : runner;
  }

  #all(): KnownRunner[] {
    return [...this.#known.values()].map((runner) => this.#asHeard(runner));
  }

  /** Newest first. */
  all(limit: number): KnownRunner[] {
    return this.#all()
      .sort((a, b) => (a.id < b.id ? 1 : -1))
      .slice(0, limit);
  }

  see(id: string, now: number): void {
    const runner = this.#known.get(id);
    if (runner === undefined || now - runner.seenAt < SEEN_WRITE_MS) return;
    const wasAway = now - this.#asHeard(runner).seenAt > RUNNER_SEEN_MS;
    const onlineSince = wasAway ? now : runner.onlineSince;
    const sql = 'UPDATE runners SET online_since = ?, seen_at = ? WHERE id = ?';
    this.#sql.exec(sql, onlineSince, now, id);
    this.#known.set(id, { ...runner, seenAt: now, onlineSince });
  }

  drain(id: string): void {
    const runner = this.#known.get(id);
    if (runner === undefined) return;
    this.#sql.exec('UPDATE runners SET draining = 1 WHERE id = ?', id);
    this.#known.set(id, { ...runner, draining: true });
  }

  remove(id: string): void {
    this.#sql.exec('DELETE FROM runners WHERE id = ?', id);
    this.#known.delete(id);
  }

  /** Those that are there: seen of late, or holding leases, whose heartbeats their tasks see. */
  online(now: number, holdsLeases: (id: string) => boolean): KnownRunner[] {
    return this.#all().filter(
      ({ id, seenAt }) => now - seenAt <= RUNNER_SEEN_MS || holdsLeases(id),
    );
  }

  isOnline(id: string, now: number): boolean {
    const runner = this.find(id);
    return runner !== null && !runner.draining && now - runner.seenAt <= RUNNER_SEEN_MS;
  }
}

/** A runner as people see it. */
export function runnerView(
  runner: KnownRunner,
  facts: { readonly projectId: string; readonly leases: number; readonly now: number },
): Runner {
  // One that holds a lease shows itself to its task.
  const online = facts.leases > 0 || facts.now - runner.seenAt <= RUNNER_SEEN_MS;
  const { id, name, labels, capacity } = runner;
  return {
    id,
    name,
    projectId: facts.projectId,
    status: runner.draining ? 'draining' : online ? 'online' : 'offline',
    labels: [...labels],
    capacity,
    leases: facts.leases,
    lastSeenAt: new Date(runner.seenAt).toISOString(),
  };
}
