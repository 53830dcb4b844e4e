// Laws of endpoints that fail or are slow: how they are spared, and when nothing is sent to them any more.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterFailure,
  afterSuccess,
  type Breaker,
  DISABLED_AFTER_MS,
  HEALTHY,
  NOTICES,
  PROBE_EVERY_MS,
  paceOf,
} from '../../src/domain/delivery/breaker.ts';
import { type Bucket, FULL, takeToken, tokenAt } from '../../src/domain/delivery/rate.ts';

const RUNS = { numRuns: 1_000 };
const NOW = 1_795_280_000_000;
const HOUR_MS = 3_600_000;
const statuses = fc.constantFrom(null, 200, 204, 301, 404, 410, 429, 500, 502, 504);

describe('the breaker', () => {
  const history = fc.array(fc.record({ status: statuses, afterMs: fc.nat(6 * HOUR_MS) }), {
    maxLength: 80,
  });
  interface Look {
    readonly breaker: Breaker;
    readonly notice: number | 'failing' | null;
    readonly row: number;
    readonly since: number;
    readonly now: number;
  }
  function play(moves: readonly { status: number | null; afterMs: number }[]): readonly Look[] {
    let [breaker, row, now, since] = [HEALTHY, 0, NOW, NOW];
    return moves.map(({ status, afterMs }) => {
      now += afterMs;
      if (status !== null && status < 300) {
        [breaker, row] = [afterSuccess(breaker), 0];
        return { breaker, notice: null, row, since, now };
      }
      if (row === 0) since = now;
      row++;
      const judged = afterFailure(breaker, status, now);
      breaker = judged.breaker;
      return { ...judged, row, since, now };
    });
  }
  const law = (look: (one: Look) => void) =>
    fc.assert(
      fc.property(history, (moves) => play(moves).forEach(look)),
      RUNS,
    );

  it('halves the rate after five failures in a row, and probes every five minutes after twenty', () => {
    law(({ breaker, row, now }) => {
      const pace = paceOf(breaker, 100);
      expect(pace.perSecond).toBe(100 / 2 ** (breaker.slowed + (row >= 5 ? 1 : 0)));
      expect(pace.isProbing).toBe(row >= 20);
      expect(pace.notBefore).toBe(row >= 20 ? now + PROBE_EVERY_MS : 0);
    });
  });

  it('disables after five days of nothing but failures and at least twenty, never before', () => {
    law(({ notice, row, since, now }) => {
      expect(notice === 'failing').toBe(row >= 20 && now - since >= DISABLED_AFTER_MS);
    });
  });

  it('warns at half, seven and nine tenths of the way, each once and in order', () => {
    fc.assert(
      fc.property(history, (moves) => {
        let given = 0;
        for (const { notice, row, since, now } of play(moves)) {
          if (row <= 1) given = 0;
          if (notice === null || notice === 'failing') continue;
          expect(NOTICES).toContain(notice);
          expect(notice).toBeGreaterThan(given);
          expect((now - since) / DISABLED_AFTER_MS).toBeGreaterThanOrEqual(Number(notice) / 100);
          given = Number(notice);
        }
      }),
      RUNS,
    );
  });

  it('is closed by a success, and what was slowed down comes back step by step', () => {
    law(({ breaker, row }) => {
      expect(breaker.failures).toBe(row);
      expect(breaker.slowed).toBeLessThanOrEqual(5);
    });
    let breaker: Breaker = { ...HEALTHY, failures: 30, since: NOW, lastAt: NOW, slowed: 3 };
    for (const slowed of [2, 1, 0]) {
      breaker = afterSuccess(breaker);
      expect(breaker).toEqual({ ...HEALTHY, slowed });
    }
    expect(afterSuccess(HEALTHY)).toBe(HEALTHY);
  });
});

describe('the rate', () => {
  it('lets no more pass in any second than it says and a tenth', () => {
    const rates = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(rates, fc.array(fc.nat(50), { maxLength: 300 }), (rate, waits) => {
        let bucket: Bucket = FULL;
        let now = NOW;
        const passed: number[] = [];
        for (const wait of waits) {
          now += wait;
          const at = tokenAt(bucket, rate, now);
          const taken = takeToken(bucket, rate, now);
          expect(taken !== null).toBe(at === now);
          if (taken === null) continue;
          bucket = taken;
          passed.push(now);
        }
        const most = rate + Math.max(1, rate * 0.1);
        for (const first of passed) {
          const within = passed.filter((one) => one >= first && one < first + 1_000);
          expect(within.length).toBeLessThanOrEqual(Math.ceil(most));
        }
      }),
      RUNS,
    );
  });

  it('has a token when it says so', () => {
    const rates = fc.double({ min: 0.01, max: 1_000, noNaN: true });
    const buckets = fc.record({
      tokens: fc.double({ min: 0, max: 2, noNaN: true }),
      at: fc.nat(10_000).map((ago) => NOW - ago),
    });
    fc.assert(
      fc.property(rates, buckets, (rate, bucket) => {
        const at = tokenAt(bucket, rate, NOW);
        expect(takeToken(bucket, rate, at + 1)).not.toBeNull();
        if (at > NOW + 1) expect(takeToken(bucket, rate, at - 2)).toBeNull();
      }),
      RUNS,
    );
  });
});
