// Laws of the limiter: whatever is asked and whenever, no window gives more than its limit.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RATE_WINDOW_MS } from '../../src/contract/rate.ts';
import { type RateWindow, takeFrom } from '../../src/domain/limiter.ts';

const RUNS = { numRuns: 1_000 };
const requests = fc.array(fc.record({ afterMs: fc.nat(20_000), cost: fc.nat(5) }), {
  maxLength: 200,
});
const limits = fc.integer({ min: 1, max: 50 });

function play(limit: number, asked: readonly { afterMs: number; cost: number }[]) {
  let window: RateWindow | undefined;
  let now = 1_000_000;
  return asked.map(({ afterMs, cost }) => {
    now += afterMs;
    const result = takeFrom(window, { limit, windowMs: RATE_WINDOW_MS }, { cost, now });
    window = result.window;
    return { ...result, now, cost };
  });
}

describe('the limiter', () => {
  it('gives no window more than its limit', () => {
    fc.assert(
      fc.property(limits, requests, (limit, asked) => {
        const spent = new Map<number, number>();
        for (const { taken, cost } of play(limit, asked)) {
          if (taken.ok) spent.set(taken.resetAt, (spent.get(taken.resetAt) ?? 0) + cost);
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
          expect(taken.remaining).toBe(Math.max(0, limit - window.used));
          expect(taken.resetAt).toBe(window.resetAt);
          expect(taken.resetAt).toBeGreaterThan(now);
          expect(taken.resetAt).toBeLessThanOrEqual(now + RATE_WINDOW_MS);
        }
      }),
      RUNS,
    );
  });

  it('once it refuses a request of one, refuses every other until the window ends', () => {
    fc.assert(
      fc.property(limits, requests, (limit, asked) => {
        const ones = asked.map(({ afterMs }) => ({ afterMs, cost: 1 }));
        let deniedUntil = 0;
        for (const { taken, now } of play(limit, ones)) {
          if (now < deniedUntil) expect(taken.ok).toBe(false);
          if (!taken.ok) deniedUntil = taken.resetAt;
        }
      }),
      RUNS,
    );
  });

  it('counts nothing that it refuses', () => {
    fc.assert(
      fc.property(limits, requests, (limit, asked) => {
        let before: RateWindow | undefined;
        for (const { taken, window } of play(limit, asked)) {
          if (!taken.ok)
            expect(window.used).toBe(before?.resetAt === window.resetAt ? before.used : 0);
          before = window;
        }
      }),
      RUNS,
    );
  });

  it('begins a new window with the first request after the last has ended', () => {
    const policy = { limit: 1, windowMs: 60_000 };
    const first = takeFrom(undefined, policy, { cost: 1, now: 0 });
    expect(takeFrom(first.window, policy, { cost: 1, now: 59_999 }).taken.ok).toBe(false);
    const next = takeFrom(first.window, policy, { cost: 1, now: 60_000 });
    expect(next.taken).toEqual({ ok: true, limit: 1, remaining: 0, resetAt: 120_000 });
  });
});
