import type { EventsAnswer, ProducedEvent } from '../../src/contract/batch.ts';
import type { Answer, Refused } from './api.ts';

const REPLACEMENT = { replacement: true };
const REASON_CHARS_MAX = 1_000;

/** Numbered events that the server has not acked. `n` starts at 1 and has no holes. */
export class InFlight {
  /** The last number given. */
  lastN = 0;
  #events: ProducedEvent[] = [];
  readonly #eventsMax: number;
  /** Lower than the limit while a batch that was refused as a whole is taken apart. */
  #batchMax: number;

  constructor(eventsMax: number) {
    this.#eventsMax = eventsMax;
    this.#batchMax = eventsMax;
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  add(event: Omit<ProducedEvent, 'n'>): void {
    this.lastN += 1;
    this.#events.push({ n: this.lastN, ...event });
  }

  /** What to send, and to send again under the same numbers until it is answered. */
  batch(): ProducedEvent[] {
    return this.#events.slice(0, this.#batchMax);
  }

  clear(): void {
    this.#events = [];
  }

  /** Takes the answer to a batch; a refusal that can be mended is mended here. */
  settle(answer: Answer<EventsAnswer>): void {
    if (!answer.ok) {
      this.#mend(answer);
      return;
    }
    this.#batchMax = this.#eventsMax;
    this.#forget(answer.body.acked);
  }

  #mend(refused: Refused): void {
    const { expected, index } = refused.body;
    if (refused.code === 'sequence_gap' && typeof expected === 'number') {
      this.#forget(expected - 1);
      this.#renumber(expected);
      return;
    }
    // Too large, or refused without saying which: half of it, down to the one that is at fault.
    const tried = Math.min(this.#batchMax, this.#events.length);
    const isNamed = refused.code === 'invalid_event' && typeof index === 'number';
    if (!isNamed && tried > 1) this.#batchMax = Math.ceil(tried / 2);
    else this.#replace(isNamed && index < tried ? index : 0, refused.message);
  }

  /** A refused event becomes a warning under the same number; a refused warning is given up. */
  #replace(index: number, why: string): void {
    const event = this.#events[index];
    if (event === undefined) return;
    if (event.data['metadata'] === REPLACEMENT) {
      this.#events.splice(index, 1);
      this.#renumber(event.n - index);
      return;
    }
    const message = `An event of type ${event.type} was refused: ${why}`.slice(0, REASON_CHARS_MAX);
    this.#events[index] = {
      n: event.n,
      type: 'log:entry',
      data: { level: 'warn', message, metadata: REPLACEMENT },
    };
  }

  #forget(acked: number): void {
    this.#events = this.#events.filter((event) => event.n > acked);
  }

  /** The server's count leads: what is in flight goes on from the number that it expects. */
  #renumber(first: number): void {
    this.#events = this.#events.map((event, offset) => ({ ...event, n: first + offset }));
    this.lastN = first + this.#events.length - 1;
  }
}
