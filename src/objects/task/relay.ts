import type { TaskEvent, TaskEventType } from '../../contract/event.ts';
import { logLine } from '../../contract/log-line.ts';
import { deliveryBackoffMs } from '../../domain/backoff.ts';
import type { TaskState } from '../../domain/task.ts';
import { type Cursor, Cursors } from './cursors.ts';
import { RecentEvents } from './recent-events.ts';

const LATER_MS = 10_000;

/** What a consumer is told: the task as it is, and what has happened since it was last told. */
export interface Told {
  readonly state: TaskState;
  readonly events: () => readonly TaskEvent[];
}

/** One who hears of a task. `deliver` is idempotent: it may be told the same again, never out of order. */
export interface Consumer {
  readonly name: string;
  readonly wants: ReadonlySet<TaskEventType>;
  /** What it is told of a little later, so that much of it costs one telling; with the next that it wants at the latest. */
  readonly lazily?: ReadonlySet<TaskEventType>;
  /** It is told, too, each time so many events have come, whatever they are. */
  readonly every?: number;
  /** Those of them that a request waits for, so that a reader finds what a writer was told. */
  readonly awaits: ReadonlySet<TaskEventType>;
  /** False for a task that this consumer has nothing to do with. */
  readonly concerns?: (state: TaskState) => boolean;
  deliver(told: Told): Promise<void>;
}

/** What the relay reads: the log is the outbox. */
export interface RelaySource {
  state(): TaskState | null;
  hasFoldedAfter(seq: number): boolean;
  foldedAfter(seq: number): readonly TaskEvent[];
  now(): number;
}

/** Whether the number of one of these events is a multiple of `every`. */
function passesRound(events: readonly TaskEvent[], every: number | undefined): boolean {
  const [first, last] = [events[0], events.at(-1)];
  if (every === undefined || first === undefined || last === undefined) return false;
  return Math.floor((first.seq - 1) / every) < Math.floor(last.seq / every);
}

/**
 * Tells each consumer of what has happened, in order and at least once, each with its own cursor and its own backoff,
 * so that a stuck one holds up only itself.
 */
export class Relay {
  readonly #cursors: Cursors;
  readonly #consumers: ReadonlyMap<string, Consumer>;
  readonly #source: RelaySource;
  readonly #recent: RecentEvents;
  readonly #flights = new Map<string, Promise<boolean>>();
  readonly #wanted = new Map<string, number>();
  readonly #awaited = new Map<string, number>();

  constructor(sql: SqlStorage, consumers: readonly Consumer[], source: RelaySource) {
    this.#cursors = new Cursors(sql);
    this.#consumers = new Map(consumers.map((consumer) => [consumer.name, consumer]));
    this.#source = source;
    this.#recent = new RecentEvents((seq) => source.foldedAfter(seq));
  }

  get names(): readonly string[] {
    return [...this.#consumers.keys()];
  }

  /** Takes note of what a commit holds for each consumer; true if anybody wants any of it. */
  note(events: readonly TaskEvent[]): boolean {
    const state = this.#source.state();
    if (state === null) return false;
    if (events[0]?.seq === 1) this.#begin();
    this.#recent.add(events);
    let any = false;
    for (const { name, wants, lazily, every, awaits, concerns } of this.#consumers.values()) {
      if (concerns?.(state) === false) continue;
      const last = passesRound(events, every)
        ? events.at(-1)
        : events.findLast(({ type }) => wants.has(type));
      const late = events.findLast(({ type }) => lazily?.has(type));
      if (last === undefined && late === undefined) continue;
      this.#schedule(name, last !== undefined);
      this.#wanted.set(name, Math.max(last?.seq ?? 0, late?.seq ?? 0));
      any = true;
      const awaited = events.findLast(({ type }) => awaits.has(type));
      if (awaited !== undefined) this.#awaited.set(name, awaited.seq);
    }
    return any;
  }

  /** A new log, whatever was told of one that was deleted before. */
  #begin(): void {
    this.#cursors.begin();
    this.#recent.begin();
    this.#wanted.clear();
    this.#awaited.clear();
  }

  /** Now, or a little later where nothing is to be told yet. What has failed waits for its own time. */
  #schedule(name: string, isNow: boolean): void {
    const cursor = this.#cursors.of(name);
    if (cursor.attempts > 0) return;
    if (isNow) cursor.retryAt = null;
    else if (!this.isBehind(name)) cursor.retryAt = this.#source.now() + LATER_MS;
  }

  /** The seq up to which a consumer must be told; after a wake this is found in the log. */
  #target(name: string, state: TaskState): number {
    const wanted = this.#wanted.get(name);
    if (wanted !== undefined) return wanted;
    const { seq } = this.#cursors.of(name);
    if (this.#consumers.get(name)?.concerns?.(state) === false) return seq;
    const target = this.#source.hasFoldedAfter(seq) ? state.seq : seq;
    this.#wanted.set(name, target);
    return target;
  }

  /** True while a delivery is under way. */
  get isTelling(): boolean {
    return this.#flights.size > 0;
  }

  /** True while this consumer is being told. */
  isTold(name: string): boolean {
    return this.#flights.has(name);
  }

  isBehind(name: string): boolean {
    const state = this.#source.state();
    return state !== null && this.#cursors.of(name).seq < this.#target(name, state);
  }

  /** Whether a request has to wait until this consumer was told. */
  isAwaited(name: string): boolean {
    return this.#cursors.of(name).seq < (this.#awaited.get(name) ?? 0);
  }

  /** When the earliest consumer that is behind is to be tried, or null. One not tried yet is due now. */
  retryAt(): number | null {
    let earliest: number | null = null;
    for (const name of this.#consumers.keys()) {
      if (!this.isBehind(name)) continue;
      const at = this.#cursors.of(name).retryAt ?? this.#source.now();
      earliest = earliest === null ? at : Math.min(earliest, at);
    }
    return earliest;
  }

  /** Tells everybody who is behind and due. */
  async drainAll(): Promise<void> {
    await Promise.all(this.names.map((name) => this.drain(name)));
  }

  /** Waits for what is being told at the moment, so that nothing arrives after the task is gone. */
  async rest(): Promise<void> {
    await Promise.all(this.#flights.values());
  }

  /**
   * Returns when the consumer knows all that is in the log by now, or when it cannot be told at the moment. Callers
   * join one flight a consumer, and look again after it, for it may have begun before their own event.
   */
  async drain(name: string): Promise<void> {
    const state = this.#source.state();
    if (state === null) return;
    // Nothing is told beyond the log, or this would not end.
    const target = Math.min(this.#target(name, state), state.seq);
    while (this.#cursors.of(name).seq < target) {
      const { retryAt } = this.#cursors.of(name);
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
    const cursor = this.#cursors.of(name);
    const { seq } = cursor;
    try {
      const events = () => this.#recent.after(seq).filter(({ type }) => consumer.wants.has(type));
      await consumer.deliver({ state, events });
      cursor.seq = Math.max(cursor.seq, state.seq);
      cursor.attempts = 0;
      cursor.retryAt = null;
      this.#keep(name, cursor);
      return true;
    } catch (error) {
      cursor.attempts += 1;
      cursor.retryAt = this.#source.now() + deliveryBackoffMs(cursor.attempts);
      this.#keep(name, cursor);
      const message = error instanceof Error ? error.message : String(error);
      console.warn(
        logLine({ event: 'delivery-failed', consumer: name, taskId: state.id, message }),
      );
      return false;
    }
  }

  /** A task that was purged meanwhile has no tables to write to. */
  #keep(name: string, cursor: Cursor): void {
    if (this.#source.state() !== null) this.#cursors.store(name, cursor);
  }
}
