// How an endpoint is spared that fails, and when nothing is sent to it any more.

const DAY_MS = 86_400_000;

/** How an endpoint has done of late. */
export interface Breaker {
  /** In a row. */
  readonly failures: number;
  /** When the first of them was; null: there is none. In milliseconds, like all times here. */
  readonly since: number | null;
  /** When the last attempt ended in failure, or 0: one may be made at once. */
  readonly lastAt: number;
  /** So many times the rate is halved for what the receiver answered. */
  readonly slowed: number;
  /** The last notice that was given: how far it is to being disabled, in per cent. */
  readonly noticed: number;
}

export const HEALTHY: Breaker = { failures: 0, since: null, lastAt: 0, slowed: 0, noticed: 0 };

export const HALF_RATE_FAILURES = 5;
export const PROBE_FAILURES = 20;
export const PROBE_EVERY_MS = 5 * 60_000;
export const DISABLED_AFTER_MS = 5 * DAY_MS;
export const DISABLED_AFTER_FAILURES = 20;
export const NOTICES = [50, 70, 90] as const;
const SLOWED_MAX = 5;
/** A receiver, or what stands before it, says by these that it is too much. */
const TOO_MUCH: ReadonlySet<number | null> = new Set([429, 502, 504]);

export type Notice = (typeof NOTICES)[number];

export interface Judged {
  readonly breaker: Breaker;
  /** Of what is to be told: a notice, or that nothing more is sent. */
  readonly notice: Notice | 'failing' | null;
}

/** A success closes it. What was slowed down comes back step by step. */
export const afterSuccess = ({ slowed }: Breaker): Breaker =>
  slowed === 0 ? HEALTHY : { ...HEALTHY, slowed: slowed - 1 };

export function afterFailure(before: Breaker, status: number | null, now: number): Judged {
  const failures = before.failures + 1;
  const since = before.since ?? now;
  const slowed = Math.min(before.slowed + (TOO_MUCH.has(status) ? 1 : 0), SLOWED_MAX);
  const way = wayToDisabled(failures, now - since);
  const breaker = { failures, since, lastAt: now, slowed, noticed: before.noticed };
  if (way >= 1) return { breaker: { ...breaker, noticed: 100 }, notice: 'failing' };
  const due = NOTICES.findLast((percent) => way * 100 >= percent && percent > before.noticed);
  if (due === undefined) return { breaker, notice: null };
  return { breaker: { ...breaker, noticed: due }, notice: due };
}

/** Both have to be there: five days, and as many failures as cannot be chance. */
const wayToDisabled = (failures: number, forMs: number): number =>
  Math.min(failures / DISABLED_AFTER_FAILURES, forMs / DISABLED_AFTER_MS);

export interface Pace {
  readonly perSecond: number;
  /** One at a time, now and then, until one arrives. */
  readonly isProbing: boolean;
  /** Not before then; 0: whenever the rate allows it. */
  readonly notBefore: number;
}

export function paceOf({ failures, slowed, lastAt }: Breaker, ratePerSecond: number): Pace {
  const halved = slowed + (failures >= HALF_RATE_FAILURES ? 1 : 0);
  const isProbing = failures >= PROBE_FAILURES;
  const notBefore = isProbing && lastAt > 0 ? lastAt + PROBE_EVERY_MS : 0;
  return { perSecond: ratePerSecond / 2 ** halved, isProbing, notBefore };
}

/** The next one is not waited for: somebody says that it will arrive. */
export const probeNow = (breaker: Breaker): Breaker => ({ ...breaker, lastAt: 0 });
