import type { TaskEvent, TaskEventType } from '../contract/event.ts';
import { deliveryBackoffMs } from '../domain/backoff.ts';
import type { TaskState } from '../domain/task.ts';

export const RELAY_MIGRATIONS: readonly string[] = [
  `CREATE TABLE cursors(
    consumer TEXT PRIMARY KEY, seq INTEGER NOT NULL, attempts INTEGER NOT NULL, retry_at INTEGER)`,
];

/** One who hears of a task. `deliver` is idempotent: it may be told the same again, never out of order. */
export interface Consumer {
  readonly name: string;
  readonly wants: ReadonlySet<TaskEventType>;
  deliver(state: TaskState): Promise<void>;
}

interface Cursor {
  seq: number;
  attempts: number;
  retryAt: number | null;
}

/** What the relay reads: the log is the outbox. */
export interface RelaySource {
  state(): TaskState | null;
  hasFoldedAfter(seq: number): boolean;
  now(): number;
}

/**
 * Tells each consumer of what has happened, in order and at least once, each with its own cursor and its own backoff,
 * so that a stuck one holds up only itself.
 */
export class Relay {
  readonly #sql: SqlStorage;
  readonly #consumers: ReadonlyMap<string, Consumer>;
  readonly #source: RelaySource;
  readonly #flights = new Map<string, Promise<boolean>>();
  readonly #wanted = new Map<string, number>();
  #cursors: Map<string, Cursor> | undefined;

  constructor(sql: SqlStorage, consumers: readonly Consumer[], source: RelaySource) {
    this.#sql = sql;
    this.#consumers = new Map(consumers.map((consumer) => [consumer.name, consumer]));
    this.#source = source;
  }

  /** Takes note of what a commit holds for each consumer; true if anybody wants any of it. */
  note(events: readonly TaskEvent[]): boolean {
    let any = false;
    for (const { name, wants } of this.#consumers.values()) {
      const last = events.findLast(({ type }) => wants.has(type));
      if (last !== undefined) {
        this.#wanted.set(name, last.seq);
        any = true;
      }
    }
    return any;
  }

  #cursor(name: string): Cursor {
    if (this.#cursors === undefined) {
      const rows = this.#sql
        .exec<{ consumer: string; seq: number; attempts: number; retry_at: number | null }>(
          'SELECT consumer, seq, attempts, retry_at FROM cursors',
        )
        .toArray();
      this.#cursors = new Map(
        rows.map((row) => [
          row.consumer,
          { seq: row.seq, attempts: row.attempts, retryAt: row.retry_at },
        ]),
      );
    }
    const known = this.#cursors.get(name) ?? { seq: 0, attempts: 0, retryAt: null };
    this.#cursors.set(name, known);
    return known;
  }

  #store(name: string, cursor: Cursor): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO cursors(consumer, seq, attempts, retry_at) VALUES (?, ?, ?, ?)',
      name,
      cursor.seq,
      cursor.attempts,
      cursor.retryAt,
    );
  }

  /** The seq up to which a consumer must be told; after a wake this is found in the log. */
  #target(name: string): number {
    const wanted = this.#wanted.get(name);
    if (wanted !== undefined) return wanted;
    const { seq } = this.#cursor(name);
    const behind = this.#source.hasFoldedAfter(seq);
    const target = behind ? (this.#source.state()?.seq ?? seq) : seq;
    this.#wanted.set(name, target);
    return target;
  }

  /** True while a delivery is under way. */
  get isTelling(): boolean {
    return this.#flights.size > 0;
  }

  isBehind(name: string): boolean {
    if (this.#source.state() === null) return false;
    return this.#cursor(name).seq < this.#target(name);
  }

  /** When the earliest consumer that is behind is to be tried, or null. One not tried yet is due now. */
  retryAt(): number | null {
    let earliest: number | null = null;
    for (const name of this.#consumers.keys()) {
      if (!this.isBehind(name)) continue;
      const at = this.#cursor(name).retryAt ?? this.#source.now();
      earliest = earliest === null ? at : Math.min(earliest, at);
    }
    return earliest;
  }

  /** Tells everybody who is behind and due. */
  async drainAll(): Promise<void> {
    await Promise.all([...this.#consumers.keys()].map((name) => this.drain(name)));
  }

  /**
   * Returns when the consumer knows all that is in the log by now, or when it cannot be told at the moment. Callers
   * join one flight a consumer, and look again after it, for it may have begun before their own event.
   */
  async drain(name: string): Promise<void> {
    if (this.#source.state() === null) return;
    const target = this.#target(name);
    while (this.#cursor(name).seq < target) {
      const { retryAt } = this.#cursor(name);
      if (retryAt !== null && retryAt > this.#source.now()) return;
      const flight = this.#flights.get(name) ?? this.#fly(name);
      if (!(await flight)) return;
    }
  }

  #fly(name: string): Promise<boolean> {
    const flight = this.#deliver(name).finally(() => this.#flights.delete(name));
    this.#flights.set(name, flight);
    return flight;
  }

  async #deliver(name: string): Promise<boolean> {
    const consumer = this.#consumers.get(name);
    const state = this.#source.state();
    if (consumer === undefined || state === null) return false;
    const cursor = this.#cursor(name);
    try {
      await consumer.deliver(state);
      cursor.seq = Math.max(cursor.seq, state.seq);
      cursor.attempts = 0;
      cursor.retryAt = null;
      this.#store(name, cursor);
      return true;
    } catch (error) {
      cursor.attempts += 1;
      cursor.retryAt = this.#source.now() + deliveryBackoffMs(cursor.attempts);
      this.#store(name, cursor);
      const message = error instanceof Error ? error.message : String(error);
      console.warn(
        JSON.stringify({ event: 'delivery-failed', consumer: name, taskId: state.id, message }),
      );
      return false;
    }
  }
}
