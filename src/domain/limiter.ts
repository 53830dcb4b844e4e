// The rule of the limiter: a window from the first request on, and not a drip, so that what remains counts down exactly
// and the moment at which all is there again is known.

import type { RatePolicy, TakenTogether } from '../contract/rate.ts';

export interface RateWindow {
  readonly resetAt: number;
  readonly used: number;
}

/**
 * Takes one each for `count` requests from the window, or from a new one where it has ended, as far as it goes. What is
 * refused is not counted.
 */
export function takeFrom(
  window: RateWindow | undefined,
  { limit, windowMs }: Pick<RatePolicy, 'limit' | 'windowMs'>,
  { count, now }: { readonly count: number; readonly now: number },
): { readonly window: RateWindow; readonly taken: TakenTogether } {
  const current =
    window !== undefined && window.resetAt > now ? window : { resetAt: now + windowMs, used: 0 };
  const granted = Math.min(count, Math.max(0, limit - current.used));
  const used = current.used + granted;
  const { resetAt } = current;
  return {
    window: { resetAt, used },
    taken: { granted, limit, remaining: Math.max(0, limit - used), resetAt },
  };
}
