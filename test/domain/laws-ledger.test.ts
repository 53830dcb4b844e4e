// The day's budget of a project with any number of runners, tasks and subtasks, as the ledger hands it out.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { budgetView } from '../../src/domain/budget/budget-view.ts';
import { type Account, reserve } from '../../src/domain/budget/ledger.ts';
import { queueEntry } from '../../src/domain/queue.ts';
import { ADA } from './actors.ts';
import { BudgetWorld, MICROS_A_TOKEN } from './budget-world.ts';

vi.setConfig({ testTimeout: 120_000 });
const runs = { numRuns: 1_000 };

interface Kept {
  upTo: number;
  headroom: number;
  counted: number;
}

/** The ledger in memory: what tasks have told, and what is kept for them. */
class Ledger {
  readonly kept = new Map<number, Kept>();
  spent = 0;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get reserved(): number {
    return [...this.kept.values()].reduce((sum, one) => sum + left(one), 0);
  }

  get day(): Account {
    return { limit: this.#limit, spent: this.spent, reserved: this.reserved };
  }

  count(task: number, spent: number): void {
    const kept = this.kept.get(task);
    if (kept === undefined || spent <= kept.counted) return;
    this.spent += spent - kept.counted;
    kept.counted = spent;
  }
}

const left = ({ upTo, headroom, counted }: Kept): number => Math.max(0, upTo + headroom - counted);

const move = fc.record({
  task: fc.nat({ max: 2 }),
  do: fc.constantFrom('claim', 'claim', 'spend', 'spend', 'spend', 'draw', 'draw', 'release'),
  tokens: fc.oneof(fc.nat({ max: 500 }), fc.integer({ min: 400, max: 500 })),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;
const dollars = fc.integer({ min: 5, max: 30 }).map((tenths) => tenths * 100_000);

interface Day {
  readonly ledger: Ledger;
  readonly worlds: readonly BudgetWorld[];
}

const spentBy = (worlds: readonly BudgetWorld[]): number =>
  worlds.reduce((sum, { state }) => sum + state.spent.costMicros, 0);

/** Three tasks and the ledger of their day; `look` is asked after each move. */
function play(limit: number, moves: readonly Move[], look: (day: Day) => void): Day {
  const ledger = new Ledger(limit);
  const worlds = Array.from({ length: 3 }, () => new BudgetWorld({ maxCostPerTask: 100 }));
  const until = new Date(worlds[0]?.now ?? 0).toISOString().replace('2026', '2027');
  const daily = { limitMicros: limit, spentMicros: 0, reservedMicros: 0 };
  for (const { task, do: what, tokens } of moves) {
    const world = worlds[task];
    if (world === undefined) continue;
    const { costMicros } = world.state.spent;
    const own = { limit: 100_000_000, spent: costMicros, reserved: 0 };
    const isPaused = world.state.status === 'paused';
    const holds = world.state.lease !== undefined;
    if (what === 'claim' && !holds && world.state.status === 'queued') {
      const reserved = reserve(ledger.day, own, []);
      if (!reserved.ok) continue;
      const { slice, headroom } = reserved.value;
      ledger.kept.set(task, { upTo: costMicros + slice, headroom, counted: costMicros });
      world.claim({ sliceMicros: slice, headroomMicros: headroom, until, daily });
    } else if (what === 'spend' && holds && !isPaused) {
      const { headroom = 0 } = ledger.kept.get(task) ?? {};
      world.use({ inputTokens: Math.min(tokens, Math.floor(headroom / MICROS_A_TOKEN)) });
    } else if (what === 'draw' && holds) {
      ledger.count(task, costMicros);
      const kept = ledger.kept.get(task);
      if (kept === undefined) continue;
      const free = {
        ...ledger.day,
        reserved: ledger.reserved - Math.min(kept.headroom, left(kept)),
      };
      const reserved = reserve(free, own, []);
      const { leaseId = '' } = world.state.lease ?? {};
      const note = { type: 'note-slice', now: world.now, leaseId } as const;
      if (!reserved.ok) {
        world.do({ ...note, none: reserved.scope });
        continue;
      }
      kept.upTo = Math.max(kept.upTo, costMicros) + reserved.value.slice;
      kept.headroom = reserved.value.headroom;
      const { slice: sliceMicros, headroom: headroomMicros } = reserved.value;
      const slice = { sliceMicros, headroomMicros, until, daily, upToMicros: kept.upTo };
      world.do({ ...note, slice });
    } else if (what === 'release' && holds) {
      world.do({ type: 'release', ...world.holder, reason: 'drain' });
    }
    if (world.state.lease === undefined && ledger.kept.has(task)) {
      ledger.count(task, world.state.spent.costMicros);
      ledger.kept.delete(task);
    }
    look({ ledger, worlds });
  }
  return { ledger, worlds };
}

describe('the ledger', () => {
  it('With reports within headroom the day is never passed, for any number of runners.', () => {
    const property = fc.property(dollars, fc.array(move, { maxLength: 80 }), (limit, moves) => {
      play(limit, moves, ({ ledger, worlds }) => {
        expect(spentBy(worlds)).toBeLessThanOrEqual(limit);
        expect(ledger.spent + ledger.reserved).toBeLessThanOrEqual(limit);
      });
    });
    fc.assert(property, runs);
  });

  it('All reservations return at the end.', () => {
    const property = fc.property(dollars, fc.array(move, { maxLength: 40 }), (limit, moves) => {
      const { ledger, worlds } = play(limit, moves, () => {});
      for (const [task, world] of worlds.entries()) {
        world.do({ type: 'cancel', now: world.now, actor: ADA });
        expect(queueEntry(world.state)).toMatchObject({ leased: false });
        expect(budgetView(world.state, world.now).cost.reserved).toBe(0);
        ledger.count(task, world.state.spent.costMicros);
        ledger.kept.delete(task);
      }
      expect(ledger.reserved).toBe(0);
      expect(ledger.spent).toBe(spentBy(worlds));
    });
    fc.assert(property, runs);
  });

  it('Reserved + spent of children ≤ the parent’s limit.', () => {
    const move = fc.record({
      child: fc.nat({ max: 7 }),
      spends: fc.boolean(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    const property = fc.property(
      fc.integer({ min: 1, max: 30_000_000 }),
      fc.array(fc.integer({ min: 0, max: 40_000_000 }), { minLength: 8, maxLength: 8 }),
      fc.array(move, { maxLength: 60 }),
      (limit, limits, moves) => {
        const day = { limit: 100_000_000, spent: 0, reserved: 0 };
        const spent = limits.map(() => 0);
        const kept = limits.map(() => 0);
        const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
        for (const { child, spends, share } of moves) {
          const own = { limit: limits[child] ?? 0, spent: spent[child] ?? 0, reserved: 0 };
          const parent = { limit, spent: sum(spent), reserved: sum(kept) };
          if (spends) {
            const used = Math.floor((kept[child] ?? 0) * share);
            spent[child] = own.spent + used;
            // What is not used returns with the end of its lease.
            kept[child] = 0;
          } else if (kept[child] === 0) {
            const reserved = reserve(day, own, [parent]);
            if (reserved.ok) kept[child] = reserved.value.slice + reserved.value.headroom;
          }
          expect(sum(spent) + sum(kept)).toBeLessThanOrEqual(limit);
        }
      },
    );
    fc.assert(property, runs);
  });

  it('gives nothing where nothing is left, and says of whom', () => {
    const wide = { limit: 100_000_000, spent: 0, reserved: 0 };
    const empty = { limit: 1_000_000, spent: 1_000_000, reserved: 0 };
    expect(reserve(wide, empty, [])).toEqual({ ok: false, scope: 'task' });
    expect(reserve(empty, wide, [])).toEqual({ ok: false, scope: 'daily' });
    expect(reserve(wide, wide, [empty])).toEqual({ ok: false, scope: 'parent' });
    expect(reserve({ ...wide, limit: 0 }, wide, [])).toEqual({ ok: false, scope: 'daily' });
    expect(reserve(wide, wide, [])).toEqual({
      ...{ ok: true, value: { slice: 5_000_000, headroom: 500_000 } },
    });
  });
});
