// Events on their way to the server: numbered, in batches, one batch in flight, kept until acked. What the
// server does not take for a while waits on disk.
import type { EventsAnswer, ProducedEvent } from '../../src/contract/batch.ts';
import type { Answer, Refused } from './api.ts';
import { jsonBytes } from './clean-text.ts';
import { InFlight } from './in-flight.ts';
import { pauseFor } from './pause-for.ts';
import type { Secrets } from './secrets.ts';
import type { Spool, Waiting } from './spool.ts';

export interface OutboxLimits {
  readonly events: number;
  readonly bytes: number;
  readonly waitMs: number;
  /** What comes beyond goes to disk. */
  readonly memoryBytes: number;
}

export const OUTBOX_LIMITS: OutboxLimits = {
  events: 500,
  bytes: 262_144,
  waitMs: 250,
  memoryBytes: 1_048_576,
};

interface Held extends Waiting {
  readonly bytes: number;
}

interface OutboxOptions {
  readonly send: (events: readonly ProducedEvent[]) => Promise<Answer<EventsAnswer>>;
  /** A refusal that no resending mends: the lease is over. */
  readonly onRefused: (refused: Refused) => void;
  readonly isFinal: (refused: Refused) => boolean;
  readonly now: () => Date;
  readonly spool: Spool;
  readonly secrets: Secrets;
  readonly limits?: OutboxLimits;
}

const ENVELOPE_BYTES = 96;

/** One producer of one lease: `n` starts at 1 and has no holes. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #limits: OutboxLimits;
  #waiting: Held[] = [];
  readonly #inFlight: InFlight;
  #waitingBytes = 0;
  #droppedDebug = 0;
  #pump: Promise<void> | undefined;
  #hurry = new AbortController();
  #isClosed = false;
  #room: PromiseWithResolvers<void> | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#limits = options.limits ?? OUTBOX_LIMITS;
    this.#inFlight = new InFlight(this.#limits.events);
  }

  /** The number of the last event that was sent. */
  get lastN(): number {
    return this.#inFlight.lastN;
  }

  get isFull(): boolean {
    return this.#options.spool.isFull;
  }

  /** How much waits on disk. */
  get spooledBytes(): number {
    return this.#options.spool.bytes;
  }

  /** A credential of this lease, which is in no word that is sent. */
  hide(credential: string): void {
    this.#options.secrets.add(credential);
  }

  /** What may leave this machine of a value. */
  mask<T>(value: T): T {
    return this.#options.secrets.mask(value);
  }

  push(type: string, data: Record<string, unknown>): void {
    if (this.#isClosed) return;
    const { spool } = this.#options;
    if (this.isFull) this.#droppedDebug += spool.dropDebug();
    if (this.isFull && data['level'] === 'debug') {
      this.#droppedDebug += 1;
      return;
    }
    const event = { type, data: this.mask(data), at: this.#options.now().toISOString() };
    const isBehind = !spool.isEmpty || this.#waitingBytes >= this.#limits.memoryBytes;
    if (isBehind) spool.push(event);
    else this.#hold(event);
    if (this.#isBatch) this.#hurry.abort();
    this.#pump ??= this.#run();
  }

  /** Resolves once there is room again: the reader of the child's pipes waits here. */
  async whenRoom(): Promise<void> {
    if (!this.isFull || this.#isClosed) return;
    this.#room ??= Promise.withResolvers<void>();
    await this.#room.promise;
  }

  /** Sends what is there and resolves once all of it is acked, or the outbox is closed. */
  async drain(): Promise<void> {
    while (this.#pump !== undefined && !this.#isClosed) {
      this.#hurry.abort();
      await this.#pump;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#options.spool.close();
    this.#inFlight.clear();
    this.#waitingBytes = 0;
    this.#hurry.abort();
    this.#room?.resolve();
  }

  async #run(): Promise<void> {
    while (!this.#isClosed && (this.#waiting.length > 0 || !this.#inFlight.isEmpty)) {
      if (this.#inFlight.isEmpty) {
        await pauseFor(this.#limits.waitMs, this.#hurry.signal);
        this.#takeBatch();
      }
      if (!this.#inFlight.isEmpty) await this.#sendBatch();
    }
    this.#hurry = new AbortController();
    this.#pump = undefined;
  }

  #takeBatch(): void {
    let bytes = 0;
    let count = 0;
    for (const event of this.#waiting) {
      const isOver = count > 0 && bytes + event.bytes > this.#limits.bytes;
      if (count === this.#limits.events || isOver) break;
      bytes += event.bytes;
      count += 1;
    }
    for (const { type, at, data } of this.#waiting.splice(0, count)) {
      this.#inFlight.add({ type, at, data });
    }
    this.#waitingBytes -= bytes;
    const { spool } = this.#options;
    while (!spool.isEmpty && this.#waitingBytes < this.#limits.memoryBytes / 2) {
      for (const event of spool.take(this.#limits.bytes)) this.#hold(event);
    }
    if (!this.#isBatch) this.#hurry = new AbortController();
    this.#giveRoom();
  }

  async #sendBatch(): Promise<void> {
    const answer = await this.#options.send(this.#inFlight.batch());
    if (this.#isClosed) return;
    const isFinal = !answer.ok && (answer.code === 'stopped' || this.#options.isFinal(answer));
    if (isFinal) {
      this.close();
      if (answer.code !== 'stopped') this.#options.onRefused(answer);
      return;
    }
    this.#inFlight.settle(answer);
    // A server that refuses what it has just asked for must not be asked in a tight loop.
    if (!answer.ok && answer.code === 'sequence_gap') await pauseFor(this.#limits.waitMs);
  }

  get #isBatch(): boolean {
    return this.#waiting.length >= this.#limits.events || this.#waitingBytes >= this.#limits.bytes;
  }

  #hold(event: Waiting): void {
    const bytes = jsonBytes(event.data) + ENVELOPE_BYTES;
    this.#waiting.push({ ...event, bytes });
    this.#waitingBytes += bytes;
  }

  #giveRoom(): void {
    if (this.isFull) return;
    if (this.#droppedDebug > 0) {
      const message = `${this.#droppedDebug} debug entries were dropped: the server was away too long.`;
      this.#droppedDebug = 0;
      this.push('log:entry', { level: 'warn', message });
    }
    this.#room?.resolve();
    this.#room = undefined;
  }
}
