// What a request takes from its limit. The object that counts is asked while the request is worked on; what it has refused
// is refused from memory until the window ends, so that a flood costs it nothing.

import { type Result, refuse } from '../contract/error.ts';
import { RATE_WINDOW_MS, type RatePolicy, STRICT_POLICIES, type Taken } from '../contract/rate.ts';
import { limiterObject } from '../rpc/stubs.ts';

/** How long an answer of the object is worth waiting for. */
const PATIENCE_MS = 50;
const ENTRIES_MAX = 10_000;
/** By object and policy: what was refused, and what was last known. */
const denied = new Map<string, Taken>();
const known = new Map<string, Taken>();

const UNCOUNTED = refuse('unavailable', 'Requests cannot be counted at the moment.');
const DENIED = refuse('rate_limited', 'Too many requests.');

interface LimiterEnv {
  readonly LIMITER: Env['LIMITER'];
}

/** What one request takes. It is asked for when this is made. */
export class Quota {
  readonly policy: RatePolicy;
  readonly #key: string;
  readonly #startedAt: number;
  readonly #asking: Promise<void> | null;
  #taken: Taken | undefined;
  #isGuess = false;

  /** `name` is that of a principal or of a network, and nothing that a caller chose. */
  constructor(env: LimiterEnv, name: string, policy: RatePolicy, cost = 1) {
    this.policy = policy;
    this.#key = `${policy.name} ${name}`;
    this.#startedAt = Date.now();
    const refused = denied.get(this.#key);
    // Another limit than the one that was reached is counted anew.
    if (refused?.limit === policy.limit && refused.resetAt > this.#startedAt) {
      this.#taken = refused;
      this.#asking = null;
      return;
    }
    this.#asking = limiterObject(env, name)
      .take(policy, cost)
      .then(
        (taken) => this.#note(taken),
        // An object in trouble is one that does not answer.
        () => undefined,
      );
  }

  /** Refused already, before anything was asked. */
  get isDenied(): boolean {
    return this.#taken?.ok === false;
  }

  /** What the object says, or after 50 ms without a word what is likely. */
  async settle(): Promise<Taken> {
    if (this.#taken === undefined && this.#asking !== null) {
      await within(this.#asking, this.#startedAt + PATIENCE_MS - Date.now());
    }
    this.#taken ??= this.#guess();
    return this.#taken;
  }

  /** Whether the request may go on. */
  async pass(): Promise<Result<null>> {
    const { ok } = await this.settle();
    if (!ok) return DENIED;
    return this.#isGuess && STRICT_POLICIES.has(this.policy.name)
      ? UNCOUNTED
      : { ok: true, value: null };
  }

  #note(taken: Taken): void {
    // A guess that has been told stays told; the next request knows better.
    this.#taken ??= taken;
    keep(taken.ok ? known : denied, this.#key, taken);
  }

  #guess(): Taken {
    this.#isGuess = true;
    const now = Date.now();
    const last = known.get(this.#key);
    const { limit, windowMs } = this.policy;
    const from =
      last !== undefined && last.resetAt > now
        ? last
        : { ok: true, limit, remaining: limit, resetAt: now + windowMs };
    const taken = { ...from, remaining: Math.max(0, from.remaining - 1) };
    keep(known, this.#key, taken);
    return taken;
  }
}

/** What is left of a limit that is counted elsewhere, and was found to be reached: nothing, for a window at most. */
export function reachedQuota(env: LimiterEnv, name: string, policy: RatePolicy): Quota {
  const { limit, windowMs } = policy;
  const taken = { ok: false, limit, remaining: 0, resetAt: Date.now() + windowMs };
  keep(denied, `${policy.name} ${name}`, taken);
  return new Quota(env, name, policy);
}

function keep(map: Map<string, Taken>, key: string, taken: Taken): void {
  if (map.size >= ENTRIES_MAX) map.clear();
  map.set(key, taken);
}

function within(work: Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(0, ms));
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Writes what is left into an answer: the three that most clients read, and those of the draft (RateLimit, draft 10). */
export function writeQuota(headers: Headers, { name, windowMs }: RatePolicy, taken: Taken): void {
  const { ok, limit, remaining, resetAt } = taken;
  headers.set('X-RateLimit-Limit', `${limit}`);
  headers.set('X-RateLimit-Remaining', `${remaining}`);
  headers.set('X-RateLimit-Reset', `${Math.ceil(resetAt / 1_000)}`);
  headers.set('RateLimit-Policy', `"${name}";q=${limit};w=${windowMs / 1_000}`);
  headers.set('RateLimit', `"${name}";r=${remaining};t=${secondsUntil(resetAt)}`);
  if (!ok) headers.set('Retry-After', `${secondsUntil(resetAt)}`);
}

/** Whole seconds, at least one. */
export const secondsUntil = (atMs: number): number =>
  Math.max(1, Math.ceil((atMs - Date.now()) / 1_000));

export const minutely = (name: RatePolicy['name'], limit: number): RatePolicy => ({
  name,
  limit,
  windowMs: RATE_WINDOW_MS,
});
