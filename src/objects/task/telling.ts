import { earliestDeadline } from '../../domain/deadlines.ts';
import type { TaskState } from '../../domain/task.ts';
import type { Alarm } from '../alarm.ts';
import { within } from '../waiters.ts';
import type { LeaseClock } from './lease-clock.ts';
import type { LiveFeed } from './live-feed.ts';
import type { Relay } from './relay.ts';
import type { Retention } from './retention.ts';

/** How long a request waits for those who must know before it is answered; after that the alarm catches up. */
const AWAITED_MS = 1_000;

interface Wiring {
  readonly ctx: DurableObjectState;
  readonly relay: Relay;
  readonly alarm: Alarm;
  readonly clock: LeaseClock;
  readonly feed: LiveFeed;
  readonly retention: Retention;
  readonly state: () => TaskState | null;
  /** When the newest event of the log happened. */
  readonly heardAt: () => number;
}

/** What follows a commit: those who are to hear of it are told, and the alarm is set for what falls due. */
export class Telling {
  readonly #wiring: Wiring;
  #isDue = false;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  /** Somebody wants to hear of the commit at `now`. */
  noteDue(now: number): void {
    this.#isDue = true;
    this.#wiring.alarm.armAhead(now);
  }

  /**
   * Tells who is to hear. Some are waited for, so that a reader finds what a writer was told; but who brings news of one
   * that is being told at this moment does not wait for it, for it may be waiting for them.
   */
  async settled({ isNews = false }: { isNews?: boolean } = {}): Promise<void> {
    const { ctx, relay } = this.#wiring;
    this.#isDue = false;
    const behind = relay.names.filter((name) => relay.isBehind(name));
    const awaited = behind.filter(
      (name) => relay.isAwaited(name) && !(isNews && relay.isTold(name)),
    );
    for (const name of behind) {
      if (awaited.includes(name)) continue;
      ctx.waitUntil(relay.drain(name).then(() => this.rearm()));
    }
    if (awaited.length > 0) {
      await within(Promise.all(awaited.map((name) => relay.drain(name))), AWAITED_MS);
    }
    this.rearm();
  }

  /** The same, if there is anything to tell, and nobody waits for it. */
  settleLater(): void {
    if (this.#isDue) this.#wiring.ctx.waitUntil(this.settled());
  }

  /** Sets the alarm to the earliest of all deadlines. */
  rearm(): void {
    const { relay, alarm, clock, feed, retention } = this.#wiring;
    const state = this.#wiring.state();
    const now = Date.now();
    const leaseEndsAt = state === null ? null : clock.endsAt(state, now);
    const others = { viewersAt: feed.dueAt(), bodiesGoAt: retention.dueAt(state) };
    const heard = state?.lease === undefined ? {} : { heardAt: this.#wiring.heardAt() };
    const clocks = { leaseEndsAt, retryAt: relay.retryAt(), ...others, ...heard };
    const at = earliestDeadline(state, clocks, now);
    alarm.set(at, now, relay.isTelling);
  }
}
