// When a delivery that has failed is tried again.

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The wait after the first, the second … try that has failed: 75 hours and 35 minutes in all. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
export const TRIES_MAX = RETRY_DELAYS_MS.length + 1;

/** Each wait is up to so much shorter or longer, so that what failed together does not come back together. */
const JITTER = 0.2;
/** What a receiver asks for is honoured up to so many times the planned wait. */
const STRETCH_MAX = 2;

export interface Chance {
  /** From 0 to 1, the latter not included. */
  readonly random: number;
  /** What the receiver asked for by Retry-After; null: nothing. */
  readonly retryAfterMs: number | null;
}

/** The wait after so many tries that have failed; null: there is no further one. */
export function retryDelayMs(tries: number, { random, retryAfterMs }: Chance): number | null {
  const planned = RETRY_DELAYS_MS[tries - 1];
  if (planned === undefined) return null;
  const spread = Math.round(planned * (1 - JITTER + 2 * JITTER * random));
  if (retryAfterMs === null) return spread;
  return Math.min(Math.max(retryAfterMs, spread), STRETCH_MAX * spread);
}
