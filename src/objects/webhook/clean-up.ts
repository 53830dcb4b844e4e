import type { DeliveryTallies } from './delivery-tallies.ts';

/** Looking for what is old costs a row or two, so it goes along with a few hundred others. */
const EVERY = 500;
const PAUSE_MS = 1_000;

/** Sums up the days that are over and drops what has had its time, along with other work. */
export class CleanUp {
  readonly #tallies: DeliveryTallies;
  #added = EVERY;
  #dueAt: number | null = null;

  constructor(tallies: DeliveryTallies) {
    this.#tallies = tallies;
  }

  /** When the rest is looked at; null: there is none. */
  get dueAt(): number | null {
    return this.#dueAt;
  }

  /** So many deliveries have come. The first after a wake looks, too. */
  added(count: number, now: number): void {
    this.#added += count;
    if (this.#added < EVERY) return;
    this.#added = 0;
    this.#look(now);
  }

  ring(now: number): void {
    if (this.#dueAt !== null && this.#dueAt <= now) this.#look(now);
  }

  #look(now: number): void {
    const isMore = [this.#tallies.rollUp(now), this.#tallies.cleanUp(now)].includes(true);
    this.#dueAt = isMore ? now + PAUSE_MS : null;
  }
}
