// Laws of the queue of an endpoint: who goes next, when its object wakes, what is kept of an answer.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointDueAt } from '../../src/domain/delivery/delivery-due.ts';
import { keptText } from '../../src/domain/delivery/kept-text.ts';
import { AT_ONCE } from '../../src/domain/delivery/settle.ts';
import {
  type Due,
  HEAD_WAITS_MS,
  IN_FLIGHT_MAX,
  isPassedOver,
  nextTurn,
  type Queue,
} from '../../src/domain/delivery/turn.ts';

const RUNS = { numRuns: 1_000 };
const NOW = 1_795_280_000_000;
const HOUR_MS = 3_600_000;

describe('the turn', () => {
  const dues = fc.record({
    sequence: fc.integer({ min: 1, max: 50 }),
    dueAt: fc.oneof(
      fc.constant(AT_ONCE),
      fc.integer({ min: NOW - 2 * HOUR_MS, max: NOW + 2 * HOUR_MS }),
    ),
    failedAt: fc.option(fc.integer({ min: NOW - 3 * HOUR_MS, max: NOW })),
  });
  const waiting = fc.record({
    rows: fc.uniqueArray(dues, { selector: ({ sequence }) => sequence, maxLength: 12 }),
    fresh: fc.option(fc.integer({ min: 1, max: 60 })),
  });
  const situations = fc.record({
    now: fc.constant(NOW),
    ordering: fc.constantFrom('none' as const, 'fifo' as const),
    inFlight: fc.integer({ min: 0, max: 5 }),
    isHalted: fc.boolean(),
    isProbing: fc.boolean(),
    allowedAt: fc.integer({ min: NOW - 1_000, max: NOW + 5_000 }),
  });
  const lowest = (rows: readonly Due[]) =>
    rows.reduce<Due | null>((a, b) => (a === null || b.sequence < a.sequence ? b : a), null);
  function queueOf({ rows, fresh }: { rows: readonly Due[]; fresh: number | null }): Queue {
    const sorted = [...rows].sort((a, b) => a.dueAt - b.dueAt || a.sequence - b.sequence);
    const head = lowest(rows.filter((row) => !isPassedOver(row, NOW)));
    return { earliest: sorted[0] ?? null, head, fresh };
  }

  it('is never given beyond what may be under way', () => {
    fc.assert(
      fc.property(waiting, situations, (rows, situation) => {
        const turn = nextTurn(queueOf(rows), situation);
        if (turn.kind !== 'send') return;
        expect(situation.inFlight).toBeLessThan(situation.ordering === 'fifo' ? 1 : IN_FLIGHT_MAX);
        if (turn.isAsked) return;
        expect(situation.isHalted).toBe(false);
        expect(situation.allowedAt).toBeLessThanOrEqual(NOW);
        if (situation.isProbing) expect(situation.inFlight).toBe(0);
      }),
      RUNS,
    );
  });

  it('keeps the order where it is to be kept, but for one that has failed for an hour', () => {
    fc.assert(
      fc.property(waiting, situations, (waits, situation) => {
        const turn = nextTurn(queueOf(waits), { ...situation, ordering: 'fifo' });
        if (turn.kind !== 'send' || turn.isAsked) return;
        for (const row of waits.rows.filter(({ sequence }) => sequence < turn.sequence)) {
          expect(row.dueAt).toBeGreaterThan(NOW);
          expect(row.failedAt ?? Infinity).toBeLessThanOrEqual(NOW - HEAD_WAITS_MS);
        }
      }),
      RUNS,
    );
  });

  it('comes to somebody, where nothing stands in the way, or has its time', () => {
    const open = { now: NOW, inFlight: 0, isHalted: false, isProbing: false, allowedAt: 0 };
    fc.assert(
      fc.property(waiting, fc.constantFrom('none' as const, 'fifo' as const), (waits, ordering) => {
        const turn = nextTurn(queueOf(waits), { ...open, ordering });
        const isEmpty = waits.rows.length === 0 && waits.fresh === null;
        if (turn.kind === 'wait') expect(turn.until === null).toBe(isEmpty);
        if (turn.kind === 'wait' && turn.until !== null) {
          expect(turn.until).toBeGreaterThan(NOW);
          // Nobody sleeps through the time of another, but for those who have to wait for one before them.
          const { head } = queueOf(waits);
          const times = ordering === 'none' || head === null ? waits.rows : [head];
          for (const { dueAt } of times) {
            if (dueAt > NOW) expect(turn.until).toBeLessThanOrEqual(dueAt);
          }
        }
        const isReady = waits.rows.some(({ dueAt }) => dueAt <= NOW) || waits.fresh !== null;
        if (ordering === 'none') expect(turn.kind).toBe(isReady ? 'send' : 'wait');
      }),
      RUNS,
    );
  });
});

it('the next alarm is the earliest of what is due', () => {
  const times = fc.option(fc.integer());
  fc.assert(
    fc.property(fc.tuple(times, times, times, times, times), (all) => {
      const [turnAt, lookAt, reportAt, cleanUpAt, listenerEndsAt] = all;
      const due = endpointDueAt({ turnAt, lookAt, reportAt, cleanUpAt, listenerEndsAt });
      const set = all.filter((at) => at !== null);
      expect(due).toBe(set.length === 0 ? null : set.sort((a, b) => a - b)[0]);
    }),
    RUNS,
  );
});

it('what a stranger answers is kept without control codes, secrets or half characters', () => {
  const hostile = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\u001b', '\u0000', '\u009b', '\u202e', '\u2028', '\ud800', '\r', '\n'),
      fc.string({ maxLength: 3 }),
    ),
    maxLength: 60,
  });
  const secret = `slc_pat_${'0'.repeat(30)}4gHlK0`;
  fc.assert(
    fc.property(hostile, fc.nat(100), (text, max) => {
      const kept = keptText(`${text}\u0000 slc_\u0000${secret.slice(4)}`, max);
      expect(kept.length).toBeLessThanOrEqual(max);
      expect(kept.isWellFormed()).toBe(true);
      expect(kept).not.toMatch(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
      expect(kept).not.toContain(secret);
    }),
    RUNS,
  );
});
