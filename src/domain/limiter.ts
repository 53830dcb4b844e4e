// The rule of the limiter: a window from the first request on, and not a drip, so that what remains counts down exactly
// and the moment at which all is there again is known.

import type { RatePolicy, Taken } from '../contract/rate.ts';

export interface RateWindow {
  readonly resetAt: number;
  readonly used: number;
}

/**
 * Takes `cost` from the window, or from a new one where it has ended. What is refused is not counted. A cost of nought only
 * looks: it is refused where nothing remains.
 */
export function takeFrom(
  window: RateWindow | undefined,
  { limit, windowMs }: Pick<RatePolicy, 'limit' | 'windowMs'>,
  { cost, now }: { readonly cost: number; readonly now: number },
): { readonly window: RateWindow; readonly taken: Taken } {
  const current =
    window !== undefined && window.resetAt > now ? window : { resetAt: now + windowMs, used: 0 };
  const ok = cost === 0 ? current.used < limit : current.used + cost <= limit;
  const used = ok ? current.used + cost : current.used;
  const { resetAt } = current;
  const taken = { ok, limit, remaining: Math.max(0, limit - used), resetAt };
  return { window: { resetAt, used }, taken };
}
