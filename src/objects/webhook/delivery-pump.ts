import { logLine } from '../../contract/log-line.ts';
import { paceOf } from '../../domain/delivery/breaker.ts';
import { type Bucket, FULL, takeToken, tokenAt } from '../../domain/delivery/rate.ts';
import { nextTurn, type Queue, type Situation, type Turn } from '../../domain/delivery/turn.ts';
import type { Listener } from '../../webhooks/transport.ts';
import type { BreakerTable } from './breaker-table.ts';
import type { Courier } from './courier.ts';
import type { DeliveryTable } from './delivery-table.ts';
import type { Endpoint, EndpointConfig } from './endpoint-config.ts';

/** Shorter waits are sat out; for longer ones the object may sleep until its alarm. */
const PATIENCE_MS = 1_000;
/** What one event of the object may send: the rest goes at the next alarm, which has limits of its own. */
const SENDS_MAX = 40;

export interface PumpParts {
  readonly config: EndpointConfig;
  readonly table: DeliveryTable;
  readonly health: BreakerTable;
  readonly courier: Courier;
  /** For an endpoint without a URL. */
  readonly listener: Listener;
  /** The endpoint as it was read: it may have been disabled, or enabled again. */
  readonly seen: (endpoint: Endpoint, now: number) => void;
  /** There is no such endpoint any more. */
  readonly gone: () => Promise<void>;
}

/** Sends what is to be sent, as much at a time as the endpoint may be sent. */
export class DeliveryPump {
  readonly #parts: PumpParts;
  readonly #underWay = new Set<number>();
  #bucket: Bucket = FULL;
  #running: Promise<void> | null = null;
  #ring: () => void = () => {};
  #sent = 0;

  constructor(parts: PumpParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  /** Whether an attempt is on its way. */
  isUnderWay(sequence: number): boolean {
    return this.#underWay.has(sequence);
  }

  /** Goes on for as long as there is something to send now. Whoever calls while it runs makes it look again. */
  drain(): Promise<void> {
    this.#ring();
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** When there is something to send; null: never, as far as is known. */
  dueAt(now: number): number | null {
    const { known, retryAt } = this.#parts.config;
    if (known === null) return null;
    const turn = this.#turn(known, now);
    const at = turn.kind === 'send' ? now : turn.until;
    // While D1 does not answer nothing is sent, however much could be.
    return at === null ? null : Math.max(at, retryAt ?? 0);
  }

  async #run(): Promise<void> {
    this.#sent = 0;
    for (;;) {
      // Hung up before anything is awaited, so that no ring is missed.
      const rung = new Promise<void>((resolve) => {
        this.#ring = resolve;
      });
      const until = await this.#step();
      const waitMs = until === null ? null : until - Date.now();
      const sitsOut = waitMs !== null && waitMs <= PATIENCE_MS && this.#sent < SENDS_MAX;
      if (this.#underWay.size === 0 && !sitsOut) return;
      if (sitsOut) setTimeout(this.#ring, Math.max(waitMs, 1));
      await rung;
    }
  }

  /** Sends all that may go now. Answers when the next may; null: it is not a matter of time. */
  async #step(): Promise<number | null> {
    const { config, table, listener, seen, gone } = this.#parts;
    const endpoint = await config.look(Date.now());
    if (endpoint === 'away') return null;
    if (endpoint === 'gone') {
      await gone();
      return null;
    }
    seen(endpoint, Date.now());
    if (endpoint.row.url === null && !listener.isHeard) table.drop();
    while (this.#sent < SENDS_MAX) {
      const now = Date.now();
      const turn = this.#turn(endpoint, now);
      if (turn.kind === 'wait') return turn.until;
      this.#send(endpoint, turn, now);
    }
    return null;
  }

  #turn({ row }: Endpoint, now: number): Turn {
    const { table, health } = this.#parts;
    const { ordering, ratePerSecond } = row;
    const { perSecond, isProbing, notBefore } = paceOf(health.breaker, ratePerSecond);
    const situation: Situation = {
      now,
      ordering,
      inFlight: this.#underWay.size,
      isHalted: health.isHalted,
      isProbing,
      allowedAt: Math.max(notBefore, tokenAt(this.#bucket, perSecond, now)),
    };
    const queue: Queue = {
      earliest: table.earliest(this.#underWay),
      head: ordering === 'fifo' ? table.head(now) : null,
      fresh: table.firstFresh(),
    };
    return nextTurn(queue, situation);
  }

  #send(endpoint: Endpoint, turn: Extract<Turn, { kind: 'send' }>, now: number): void {
    const { table, health, courier } = this.#parts;
    const { sequence, isAsked } = turn;
    this.#underWay.add(sequence);
    this.#sent++;
    if (!isAsked) {
      const { perSecond } = paceOf(health.breaker, endpoint.row.ratePerSecond);
      this.#bucket = takeToken(this.#bucket, perSecond, now) ?? this.#bucket;
    }
    table.begin(sequence);
    courier
      .carry(endpoint, sequence, isAsked)
      .then(
        () => table.end(sequence, true),
        (error: unknown) => {
          table.end(sequence, false);
          const message = 'An attempt was not made';
          console.error(logLine({ level: 'error', message, sequence, error: String(error) }));
        },
      )
      .finally(() => {
        this.#underWay.delete(sequence);
        this.#ring();
      });
  }
}
