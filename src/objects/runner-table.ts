import type { Runner } from '../contract/runner.ts';
import { RUNNER_SEEN_MS } from '../contract/timing.ts';

export const RUNNER_MIGRATIONS: readonly string[] = [
  `CREATE TABLE runners(
    id TEXT PRIMARY KEY, name TEXT NOT NULL, labels TEXT NOT NULL, environments TEXT NOT NULL,
    capacity INTEGER NOT NULL, draining INTEGER NOT NULL DEFAULT 0, seen_at INTEGER NOT NULL)`,
];

/** What the table learned to know later; migrations are appended, never inserted. */
export const RUNNER_ADDITIONS: readonly string[] = [
  'ALTER TABLE runners ADD COLUMN online_since INTEGER NOT NULL DEFAULT 0',
];

/** Between two writes of when a runner was seen; in between it is kept in memory. */
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

const LIST_MAX = 1_000;

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

/** The runners of a project: what they can do and when they were last seen. */
export class RunnerTable {
  readonly #sql: SqlStorage;
  readonly #seen = new Map<string, number>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  register(runner: RunnerFacts, now: number): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO runners(id, name, labels, environments, capacity, draining, seen_at, online_since)
       VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?6)`,
      runner.id,
      runner.name,
      JSON.stringify(runner.labels),
      JSON.stringify(runner.environments),
      runner.capacity,
      now,
    );
    this.#seen.set(runner.id, now);
  }

  #fromRow(row: Row): KnownRunner {
    return {
      id: row.id,
      name: row.name,
      // Our own bytes, written by `register`.
      labels: JSON.parse(row.labels) as string[],
      environments: JSON.parse(row.environments) as string[],
      capacity: row.capacity,
      draining: row.draining === 1,
      seenAt: Math.max(row.seen_at, this.#seen.get(row.id) ?? 0),
      onlineSince: row.online_since,
    };
  }

  find(id: string): KnownRunner | null {
    const [row] = this.#sql.exec<Row>('SELECT * FROM runners WHERE id = ?', id).toArray();
    return row === undefined ? null : this.#fromRow(row);
  }

  /** Newest first. */
  all(limit: number): KnownRunner[] {
    const rows = this.#sql.exec<Row>('SELECT * FROM runners ORDER BY id DESC LIMIT ?', limit);
    return rows.toArray().map((row) => this.#fromRow(row));
  }

  see(id: string, now: number): void {
    const before = this.#seen.get(id) ?? 0;
    if (now - before < SEEN_WRITE_MS && before !== 0) return;
    this.#seen.set(id, now);
    this.#sql.exec(
      `UPDATE runners SET online_since = CASE WHEN ?1 - seen_at > ?2 THEN ?1 ELSE online_since END,
         seen_at = ?1 WHERE id = ?3`,
      now,
      RUNNER_SEEN_MS,
      id,
    );
  }

  drain(id: string): void {
    this.#sql.exec('UPDATE runners SET draining = 1 WHERE id = ?', id);
  }

  remove(id: string): void {
    this.#sql.exec('DELETE FROM runners WHERE id = ?', id);
    this.#seen.delete(id);
  }

  /** Those that are there: seen of late, or holding leases, whose heartbeats their tasks see. */
  online(now: number, holdsLeases: (id: string) => boolean): KnownRunner[] {
    return this.all(LIST_MAX).filter(
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
