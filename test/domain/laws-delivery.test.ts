// Laws of deliveries: when they are tried again, and when it is enough.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryId, sequenceOf } from '../../src/domain/delivery/delivery-id.ts';
import { retryAfterMs } from '../../src/domain/delivery/retry-after.ts';
import { RETRY_DELAYS_MS, retryDelayMs, TRIES_MAX } from '../../src/domain/delivery/schedule.ts';
import {
  AT_ONCE,
  again,
  isFinished,
  type Standing,
  settle,
  shownState,
} from '../../src/domain/delivery/settle.ts';

const RUNS = { numRuns: 1_000 };
const NOW = 1_795_280_000_000;
const HOUR_MS = 3_600_000;
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const statuses = fc.constantFrom(null, 200, 204, 301, 404, 410, 429, 500, 502, 504);

describe('the schedule', () => {
  it('is 75 hours and 35 minutes long, and each wait within a fifth of its plan', () => {
    const whole = RETRY_DELAYS_MS.reduce((sum, delay) => sum + delay, 0);
    expect(Math.floor(whole / 60_000)).toBe(75 * 60 + 35);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: TRIES_MAX - 1 }), chance, (tries, random) => {
        const planned = RETRY_DELAYS_MS[tries - 1] ?? 0;
        const delay = retryDelayMs(tries, { random, retryAfterMs: null }) ?? 0;
        expect(Math.abs(delay - planned)).toBeLessThanOrEqual(0.2 * planned + 1);
      }),
      RUNS,
    );
    expect(retryDelayMs(TRIES_MAX, { random: 0, retryAfterMs: 5 })).toBeNull();
  });

  it('honours what a receiver asks for between the planned wait and twice of it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: TRIES_MAX - 1 }),
        chance,
        fc.nat(400 * HOUR_MS),
        (tries, random, asked) => {
          const planned = retryDelayMs(tries, { random, retryAfterMs: null }) ?? 0;
          const delay = retryDelayMs(tries, { random, retryAfterMs: asked }) ?? 0;
          expect(delay).toBe(Math.min(Math.max(asked, planned), 2 * planned));
        },
      ),
      RUNS,
    );
  });

  it('reads Retry-After in both forms and makes nothing of anything else', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), fc.integer({ min: -100_000, max: 100_000 }), (s, ahead) => {
        expect(retryAfterMs(` ${s} `, NOW)).toBe(s * 1_000);
        const date = new Date(NOW + ahead * 1_000).toUTCString();
        expect(retryAfterMs(date, NOW)).toBe(Math.max(0, ahead * 1_000));
      }),
      RUNS,
    );
    for (const text of [null, '', '-1', '1.5', '1e3', 'soon', '2026-11-22T09:00:00Z', '9999999999'])
      expect(retryAfterMs(text, NOW)).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const wait = retryAfterMs(text, NOW);
        expect(wait === null || wait >= 0).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('a delivery', () => {
  const fresh: Standing = { state: 'pending', tries: 0, asked: 0, failedAt: null, dueAt: null };
  const steps = fc.array(
    fc.record({
      status: statuses,
      random: chance,
      asks: fc.integer({ min: 0, max: 2 }),
      begins: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  /** Attempts one after another, each as it would come. */
  function play(
    moves: readonly { status: number | null; random: number; asks: number; begins: boolean }[],
  ) {
    let standing = fresh;
    let now = NOW;
    return moves.flatMap(({ status, random, asks, begins }) => {
      if (begins && isFinished(standing.state)) standing = again(standing, now);
      if (asks > 0) standing = { ...standing, asked: standing.asked + asks, dueAt: AT_ONCE };
      const before = standing;
      const wasAsked = before.dueAt === AT_ONCE;
      if (before.dueAt === null && before.state !== 'pending') return [];
      now = Math.max(now, before.dueAt ?? now) + 1;
      standing = settle(before, { status, wasAsked, random, now, retryAfterMs: null });
      return [{ before, after: standing, status, wasAsked, now }];
    });
  }
  const law = (look: (step: ReturnType<typeof play>[number]) => void) =>
    fc.assert(
      fc.property(steps, (moves) => play(moves).forEach(look)),
      RUNS,
    );

  it('waits for something as long as it is not finished, and for nothing after', () => {
    law(({ after }) => {
      const waits = after.dueAt !== null;
      expect(waits).toBe(!isFinished(after.state) || after.asked > 0);
    });
  });

  it('has arrived after 2xx and after nothing else', () => {
    law(({ before, after, status }) => {
      const isSuccess = status !== null && status >= 200 && status < 300;
      if (isSuccess) expect(after.state).toBe('succeeded');
      else if (before.state !== 'succeeded') expect(after.state).not.toBe('succeeded');
    });
  });

  it('is given up after ten tries of its own; what was asked for takes none away', () => {
    law(({ before, after, wasAsked }) => {
      expect(after.tries).toBeLessThanOrEqual(TRIES_MAX);
      if (after.state === 'exhausted' && before.state !== 'exhausted') {
        expect([after.tries, wasAsked]).toEqual([TRIES_MAX, false]);
      }
      if (wasAsked && before.tries > 0) expect(after.tries).toBe(before.tries);
    });
  });

  it('stays as it ended where one attempt more fails', () => {
    law(({ before, after, status }) => {
      if (isFinished(before.state) && (status === null || status >= 300)) {
        expect(after.state).toBe(before.state);
      }
    });
  });

  it('is shown as held while its endpoint is disabled, unless it is finished', () => {
    expect(
      (['pending', 'retrying', 'succeeded', 'exhausted'] as const).map((state) => [
        shownState(state, false),
        shownState(state, true),
      ]),
    ).toEqual([
      ['pending', 'held'],
      ['retrying', 'held'],
      ['succeeded', 'succeeded'],
      ['exhausted', 'exhausted'],
    ]);
  });

  it('has an id that leads to its row, and that no other endpoint has made', () => {
    const ids = fc.string({ minLength: 1, maxLength: 30 });
    const sequences = fc.integer({ min: 1, max: 2 ** 40 - 1 });
    fc.assert(
      fc.property(ids, sequences, fc.nat(2 ** 31 - 1), fc.nat(25), (endpoint, n, at, index) => {
        const id = deliveryId(endpoint, n, NOW + at);
        expect(id).toMatch(/^dlv_[0-9a-hjkmnp-tv-z]{26}$/);
        expect(sequenceOf(endpoint, id)).toBe(n);
        expect(sequenceOf(`${endpoint}x`, id)).not.toBe(n);
        const place = 4 + index;
        const other = id.charAt(place) === '3' ? '2' : '3';
        const changed = id.slice(0, place) + other + id.slice(place + 1);
        expect(index >= 10 && sequenceOf(endpoint, changed) === n).toBe(false);
      }),
      RUNS,
    );
  });
});
