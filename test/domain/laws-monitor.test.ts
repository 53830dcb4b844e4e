// Laws of monitors: whatever comes back from a URL, and in whatever order, an incident begins and ends for a reason.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SLA_CHECKS_MIN, type Sla } from '../../src/contract/monitor.ts';
import {
  type Decided,
  decideMonitor,
  isExpected,
  NO_VERDICT,
  quantile,
  slotAt,
  type Verdict,
} from '../../src/domain/monitor.ts';

const RUNS = { numRuns: 2_000 };
const WINDOW = 30;
const threshold = fc.integer({ min: 1, max: 4 });
const sla: fc.Arbitrary<Sla | null> = fc.option(
  fc.record({
    availability: fc.option(fc.integer({ min: 50, max: 100 })),
    latencyMs: fc.option(fc.integer({ min: 50, max: 500 })),
    windowMinutes: fc.constant(60),
  }),
);
const terms = fc.record({ failureThreshold: threshold, recoveryThreshold: threshold, sla });
/** Long stretches of one kind, as services have them, and flapping between. */
const checks = fc
  .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 600 })), {
    maxLength: 25,
  })
  .map((stretches) =>
    stretches.flatMap(([ok, count, latencyMs]) =>
      Array.from({ length: count }, () => ({ ok, latencyMs })),
    ),
  );
type Terms = typeof terms extends fc.Arbitrary<infer T> ? T : never;
type Asked = typeof checks extends fc.Arbitrary<infer T> ? T : never;

interface Step extends Decided {
  readonly before: Verdict;
  readonly ok: boolean;
  readonly window: {
    readonly checks: number;
    readonly failed: number;
    readonly latencyMs: number | null;
  };
}

function play(of: Terms, asked: Asked): readonly Step[] {
  let verdict = NO_VERDICT;
  return asked.map(({ ok }, index) => {
    const seen = asked.slice(Math.max(0, index + 1 - WINDOW), index + 1);
    const window = {
      checks: seen.length,
      failed: seen.filter((one) => !one.ok).length,
      latencyMs: quantile(
        seen.filter((one) => one.ok).map((one) => one.latencyMs),
        0.95,
      ),
    };
    const before = verdict;
    const decided = decideMonitor(before, { ok }, { terms: of, window });
    verdict = decided.verdict;
    return { ...decided, before, ok, window };
  });
}

const holds = (law: (steps: readonly Step[], of: Terms) => void) =>
  fc.assert(
    fc.property(terms, checks, (of, asked) => law(play(of, asked), of)),
    RUNS,
  );

describe('a monitor', () => {
  it('has at most one of a kind open, opens none twice and resolves none that is not open', () => {
    holds((steps) => {
      const open = new Set<string>();
      for (const { follows, verdict } of steps) {
        for (const { type, kind } of follows) {
          expect(open.has(kind)).toBe(type === 'resolved');
          if (type === 'opened') open.add(kind);
          else open.delete(kind);
        }
        expect([...open].sort()).toEqual([...verdict.open].sort());
      }
    });
  });

  it('opens an outage exactly at the failure that makes enough in a row, and ends it as exactly', () => {
    holds((steps, { failureThreshold, recoveryThreshold }) => {
      let [bad, good, isDown] = [0, 0, false];
      for (const { ok, follows, verdict } of steps) {
        [bad, good] = ok ? [0, good + 1] : [bad + 1, 0];
        const opens = !isDown && bad >= failureThreshold;
        const ends = isDown && good >= recoveryThreshold;
        const told = follows.filter(({ kind }) => kind === 'outage').map(({ type }) => type);
        expect(told).toEqual([...(ends ? ['resolved'] : []), ...(opens ? ['opened'] : [])]);
        isDown = opens || (isDown && !ends);
        expect(verdict.state === 'down').toBe(isDown);
        expect([verdict.failures, verdict.successes]).toEqual([bad, good]);
      }
    });
  });

  it('misses its SLA only by a window that says so, of enough checks, and never by one failure', () => {
    holds((steps, { sla: objective }) => {
      for (const { ok, follows, window, before } of steps) {
        const opened = follows.find((one) => one.type === 'opened' && one.kind === 'sla_breach');
        if (opened === undefined) continue;
        const { checks: all, failed, latencyMs } = window;
        const isSlow = objective?.latencyMs != null && (latencyMs ?? 0) > objective.latencyMs;
        const isAway =
          objective?.availability != null && ((all - failed) / all) * 100 < objective.availability;
        expect([ok, all >= SLA_CHECKS_MIN, isSlow || (isAway && failed > 1)]).toEqual([
          true,
          true,
          true,
        ]);
        const isOver = follows.some(({ type, kind }) => type === 'resolved' && kind === 'outage');
        expect(before.state !== 'down' || isOver).toBe(true);
      }
    });
  });

  it('is up only after enough good checks in a row inside the SLA, with nothing open', () => {
    holds((steps, { recoveryThreshold }) => {
      for (const { before, verdict } of steps) {
        if (verdict.state !== 'up' || before.state === 'up') continue;
        expect(verdict.successes).toBeGreaterThanOrEqual(recoveryThreshold);
        expect(verdict.open).toEqual([]);
      }
    });
  });

  it('opens nothing at one failure among good checks, unless one is what its people asked for', () => {
    fc.assert(
      fc.property(terms, fc.nat(40), fc.nat(40), (of, before, after) => {
        fc.pre(of.failureThreshold > 1);
        const quick = { ...of, sla: of.sla && { ...of.sla, latencyMs: null } };
        const good = (count: number) =>
          Array.from({ length: count }, () => ({ ok: true, latencyMs: 1 }));
        const steps = play(quick, [...good(before), { ok: false, latencyMs: 1 }, ...good(after)]);
        expect(steps.flatMap(({ follows }) => follows)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('flapping below both thresholds opens nothing, and while it is down no second', () => {
    const plain = { failureThreshold: 3, recoveryThreshold: 2, sla: null };
    const flaps = Array.from({ length: 60 }, (_, n) => ({ ok: n % 3 === 2, latencyMs: 1 }));
    expect(play(plain, flaps).flatMap(({ follows }) => follows)).toEqual([]);
    const fall = Array.from({ length: 3 }, () => ({ ok: false, latencyMs: 1 }));
    const [opened, ...more] = play(plain, [...fall, ...flaps]).flatMap(({ follows }) => follows);
    expect([opened?.kind, more]).toEqual(['outage', []]);
  });

  it('a service that comes back with a ruined window has its outage ended and its SLA missed', () => {
    const strict = {
      failureThreshold: 3,
      recoveryThreshold: 2,
      sla: { availability: 99, latencyMs: null, windowMinutes: 60 },
    };
    const run = (ok: boolean, count: number) =>
      Array.from({ length: count }, () => ({ ok, latencyMs: 9 }));
    const told = (steps: readonly Step[]) =>
      steps.flatMap(({ follows }) => follows.map(({ type, kind }) => `${type} ${kind}`));
    const steps = play(strict, [...run(true, 10), ...run(false, 5), ...run(true, 2)]);
    expect(told(steps)).toEqual(['opened outage', 'resolved outage', 'opened sla_breach']);
    expect(steps.at(-1)?.verdict.state).toBe('degraded');
    const healed = play(strict, [...run(true, 10), ...run(false, 5), ...run(true, 60)]);
    expect(told(healed).at(-1)).toBe('resolved sla_breach');
    expect(healed.at(-1)?.verdict).toMatchObject({ state: 'up', open: [] });
  });
});

it('the places of a schedule are an interval apart, whenever one looks', () => {
  const numbers = fc.tuple(fc.nat(1e9), fc.integer({ min: 1, max: 3_600 }), fc.nat(1e9));
  fc.assert(
    fc.property(numbers, ([anchor, seconds, after]) => {
      const slot = slotAt(anchor, seconds * 1_000, anchor + after);
      const begins = anchor + slot * seconds * 1_000;
      expect(begins).toBeLessThanOrEqual(anchor + after);
      expect(begins + seconds * 1_000).toBeGreaterThan(anchor + after);
    }),
    RUNS,
  );
});

it('a status is expected by its class or by its number', () => {
  expect([200, 204, 299, 302, 500].map((status) => isExpected('2xx', status))).toEqual([
    ...[true, true, true, false, false],
  ]);
  expect([200, 401, 404].map((status) => isExpected([401, 404], status))).toEqual([
    ...[false, true, true],
  ]);
});
