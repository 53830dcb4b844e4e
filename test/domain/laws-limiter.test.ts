// Laws of the limiter: whatever is asked and whenever, no window gives more than its limit.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RATE_WINDOW_MS, shareOf } from '../../src/contract/rate.ts';
import { type RateWindow, takeFrom } from '../../src/domain/limiter.ts';

const RUNS = { numRuns: 1_000 };
const requests = fc.array(fc.record({ afterMs: fc.nat(20_000), count: fc.nat(5) }), {
  maxLength: 200,
});
const limits = fc.integer({ min: 1, max: 50 });

function play(limit: number, asked: readonly { afterMs: number; count: number }[]) {
  let window: RateWindow | undefined;
  let now = 1_000_000;
  return asked.map(({ afterMs, count }) => {
    now += afterMs;
    const result = takeFrom(window, { limit, windowMs: RATE_WINDOW_MS }, { count, now });
    window = result.window;
    return { ...result, now, count };
  });
}

describe('the limiter', () => {
  it('gives no window more than its limit', () => {
    fc.assert(
      fc.property(limits, requests, (limit, asked) => {
        const spent = new Map<number, number>();
        for (const { taken } of play(limit, asked)) {
          spent.set(taken.resetAt, (spent.get(taken.resetAt) ?? 0) + taken.granted);
        }
        for (const sum of spent.values()) expect(sum).toBeLessThanOrEqual(limit);
      }),
      RUNS,
    );
  });

  it('says exactly what remains, and when all is there again', () => {
    fc.assert(
      fc.property(limits, requests, (limit, asked) => {
        for (const { taken, window, now } of play(limit, asked)) {
          expect(taken.remaining).toBe(limit - window.used);
          expect(taken.resetAt).toBe(window.resetAt);
          expect(taken.resetAt).toBeGreaterThan(now);
          expect(taken.resetAt).toBeLessThanOrEqual(now + RATE_WINDOW_MS);
        }
      }),
      RUNS,
    );
  });

  it('once it refuses a request, refuses every other until the window ends', () => {
    fc.assert(
      fc.property(limits, requests, (limit, asked) => {
        let deniedUntil = 0;
        for (const { taken, now, count } of play(limit, asked)) {
          if (now < deniedUntil) expect(taken.granted).toBe(0);
          if (taken.granted < count) deniedUntil = taken.resetAt;
        }
      }),
      RUNS,
    );
  });

  it('gives requests that are counted at once what it gives them one after another', () => {
    fc.assert(
      fc.property(limits, requests, (limit, asked) => {
        const together = play(limit, asked).flatMap(({ taken, count }) =>
          Array.from({ length: count }, (_, place) => shareOf(taken, place)),
        );
        const single = asked.flatMap(({ afterMs, count }) => [
          // Time passes also where nobody asks.
          { afterMs, count: 0 },
          ...Array.from({ length: count }, () => ({ afterMs: 0, count: 1 })),
        ]);
        const oneByOne = play(limit, single)
          .filter(({ count }) => count === 1)
          .map(({ taken }) => shareOf(taken, 0));
        expect(together).toEqual(oneByOne);
      }),
      RUNS,
    );
  });

  it('begins a new window with the first request after the last has ended', () => {
    const policy = { limit: 1, windowMs: 60_000 };
    const first = takeFrom(undefined, policy, { count: 1, now: 0 });
    expect(takeFrom(first.window, policy, { count: 1, now: 59_999 }).taken.granted).toBe(0);
    const next = takeFrom(first.window, policy, { count: 1, now: 60_000 });
    expect(next.taken).toEqual({ granted: 1, limit: 1, remaining: 0, resetAt: 120_000 });
  });
});
