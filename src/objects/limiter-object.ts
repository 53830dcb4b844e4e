// One credential's counters, in memory alone: what an evicted object forgets is at most a minute's counting, and a write
// a request would cost more than what it counts.

import { DurableObject } from 'cloudflare:workers';
import type { RatePolicy, RatePolicyName, Taken } from '../contract/rate.ts';
import { type RateWindow, takeFrom } from '../domain/limiter.ts';

export class LimiterObject extends DurableObject<Env> {
  readonly #windows = new Map<RatePolicyName, RateWindow>();

  /** Counts a request, unless the limit is reached. */
  take(policy: RatePolicy, cost: number): Taken {
    const known = this.#windows.get(policy.name);
    const { window, taken } = takeFrom(known, policy, { cost, now: Date.now() });
    this.#windows.set(policy.name, window);
    return taken;
  }
}
