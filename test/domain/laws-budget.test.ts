import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { ProducedUsage } from '../../src/contract/produced.ts';
import { decide } from '../../src/domain/decide.ts';
import { readProduced } from '../../src/domain/produced.ts';
import { ADA, agentOf } from './actors.ts';
import { BudgetWorld, MICROS_A_TOKEN } from './budget-world.ts';
import { refused } from './world.ts';

vi.setConfig({ testTimeout: 120_000 });
const runs = { numRuns: 1_000 };

const usage: fc.Arbitrary<Partial<ProducedUsage>> = fc.record(
  {
    inputTokens: fc.nat({ max: 1_000 }),
    outputTokens: fc.nat({ max: 1_000 }),
    cacheReadTokens: fc.nat({ max: 100 }),
    cacheWriteTokens: fc.nat({ max: 100 }),
    reportedCost: fc.double({ min: 0, max: 3, noNaN: true }),
    scope: fc.constantFrom('delta', 'delta', 'total'),
  },
  { requiredKeys: [] },
);

const tokensIn = (report: Partial<ProducedUsage>) => ({
  input: (report.inputTokens ?? 0) + (report.cacheReadTokens ?? 0) + (report.cacheWriteTokens ?? 0),
  output: report.outputTokens ?? 0,
});

/** What a report claims to have cost: the table's price, or its own word if that is more. */
const costOf = (report: Partial<ProducedUsage>): number => {
  const { input, output } = tokensIn(report);
  const word = Math.round((report.reportedCost ?? 0) * 1_000_000);
  return Math.max((input + output) * MICROS_A_TOKEN, word);
};

const isPaused = ({ state }: BudgetWorld): boolean => state.status === 'paused';

describe('budgets', () => {
  it('Spent never falls and equals the sum of counted reports.', () => {
    const property = fc.property(fc.array(usage, { maxLength: 20 }), (reports) => {
      const world = new BudgetWorld({});
      world.claim();
      let [input, output, cost] = [0, 0, 0];
      for (const report of reports) {
        const before = world.state.spent;
        world.use(report);
        const own = tokensIn(report);
        const [has, is] = report.scope === 'total' ? [0, 1] : [1, 1];
        input = Math.max(input, has * input + is * own.input);
        output = Math.max(output, has * output + is * own.output);
        cost = Math.max(cost, has * cost + is * costOf(report));
        expect(world.state.spent).toEqual({
          ...{ inputTokens: input, outputTokens: output, costMicros: cost },
        });
        expect(world.state.spent.costMicros).toBeGreaterThanOrEqual(before.costMicros);
        expect(Number.isSafeInteger(world.state.spent.costMicros)).toBe(true);
      }
    });
    fc.assert(property, runs);
  });

  it('A task limit is passed by at most one report per lease.', () => {
    const limits = fc.record({
      maxCostPerTask: fc.double({ min: 0, max: 20, noNaN: true }),
      maxTokensPerTask: fc.integer({ min: 1, max: 20_000 }),
    });
    const property = fc.property(limits, fc.array(usage, { maxLength: 40 }), (own, reports) => {
      const world = new BudgetWorld(own);
      world.claim();
      let last = { cost: 0, tokens: 0 };
      for (const report of reports) {
        if (isPaused(world)) break;
        const before = world.state.spent;
        world.use(report);
        const { spent } = world.state;
        last = {
          cost: spent.costMicros - before.costMicros,
          tokens: spent.inputTokens + spent.outputTokens - before.inputTokens - before.outputTokens,
        };
      }
      const { costMicros, inputTokens, outputTokens } = world.state.spent;
      const maxMicros = Math.round(own.maxCostPerTask * 1_000_000);
      expect(costMicros - last.cost).toBeLessThanOrEqual(maxMicros);
      expect(inputTokens + outputTokens - last.tokens).toBeLessThanOrEqual(own.maxTokensPerTask);
      const reached =
        (costMicros > 0 && costMicros >= maxMicros) ||
        inputTokens + outputTokens >= own.maxTokensPerTask;
      expect(isPaused(world)).toBe(reached);
      // And nobody is given a lease while the limit is reached.
      world.wait(60_000);
      if (reached) expect(world.claim().decided.ok).toBe(false);
    });
    fc.assert(property, runs);
  });

  it.each([
    ['a negative number', { inputTokens: -1, outputTokens: 0 }],
    ['a fraction', { inputTokens: 0.5, outputTokens: 0 }],
    ['no number', { inputTokens: Number.NaN, outputTokens: 0 }],
    ['without end', { inputTokens: Number.POSITIVE_INFINITY, outputTokens: 0 }],
    ['a text', { inputTokens: '1', outputTokens: 0 }],
    ['a huge number', { inputTokens: 1_000_000_001, outputTokens: 0 }],
    ['a negative cost', { inputTokens: 0, outputTokens: 0, reportedCost: -0.01 }],
    ['no cost', { inputTokens: 0, outputTokens: 0, reportedCost: Number.NaN }],
    ['a huge cost', { inputTokens: 0, outputTokens: 0, reportedCost: 1e300 }],
    ['a negative cache', { inputTokens: 0, outputTokens: 0, cacheReadTokens: -5 }],
  ])('Negative, fractional, NaN, huge usage is refused and counts nothing: %s.', (_, data) => {
    const good = { n: 1, type: 'usage:report', data: { inputTokens: 1, outputTokens: 1 } };
    const batch = [good, { n: 2, type: 'usage:report', data }];
    const refusal = refused(readProduced(batch, 0));
    expect(refusal).toMatchObject({ code: 'invalid_event', extra: { index: 1 } });
    const [wrong] = Object.entries(data).find(([, value]) => value !== 0) ?? [];
    expect(refusal.message).toContain(`Event 1: data.${wrong}: `);
  });

  it('A total that has shrunk counts nothing.', () => {
    const world = new BudgetWorld({});
    world.claim();
    world.use({ inputTokens: 500, scope: 'total' });
    world.use({ inputTokens: 20, scope: 'total' });
    expect(world.state.spent).toMatchObject({ inputTokens: 500, costMicros: 500_000 });
  });

  it('A breach pauses in the debit’s transaction; the token is dead after the grace.', () => {
    const property = fc.property(fc.integer({ min: 1, max: 5_000 }), (tokens) => {
      const world = new BudgetWorld({ maxCostPerTask: 2 });
      world.claim();
      const agent = agentOf(world.state, world.state.epoch);
      const step = world.use({ inputTokens: tokens });
      const types = step.events.map(({ type }) => type);
      const isOver = tokens >= 2_000;
      expect(types.includes('task:paused')).toBe(isOver);
      expect(types.includes('gate:required')).toBe(isOver);
      if (!isOver) return;
      expect(world.state).toMatchObject({ status: 'paused', pauseReason: 'budget' });
      expect(world.gate).toMatchObject({
        ...{ source: 'budget', status: 'pending' },
        policy: { from: ['role:project-admin'], allowEdit: true, onExpiry: 'reject' },
        action: {
          type: 'budget.extend',
          target: { limit: 'maxCostPerTask' },
          params: { unit: 'usd', from: '2', to: '3' },
        },
      });
      // A report that was on its way counts: the money is gone.
      world.use({ inputTokens: 1 });
      expect(world.state.spent.inputTokens).toBe(tokens + 1);
      const word = { level: 'info', message: 'still here' } as const;
      const say = () =>
        decide(world.state, { type: 'add-log', now: world.now, actor: agent, entry: word });
      world.wait(29_999);
      expect(say().ok).toBe(true);
      world.wait(1);
      expect(refused(say()).code).toBe('stale_epoch');
      expect(world.state.lease).toBeUndefined();
    });
    fc.assert(property, runs);
  });

  it('Each threshold fires once.', () => {
    const moves = fc.oneof(
      usage.map((report) => ({ do: 'use', report }) as const),
      fc.nat({ max: 9_000_000 }).map((ms) => ({ do: 'wait', ms }) as const),
      fc
        .record({ files: fc.nat({ max: 30 }), lines: fc.nat({ max: 900 }) })
        .map((changed) => ({ do: 'change', ...changed }) as const),
      fc.constant({ do: 'approve' } as const),
    );
    const own = {
      ...{ maxCostPerTask: 5, maxTokensPerTask: 6_000, maxWallMinutes: 240 },
      ...{ maxFilesChanged: 40, maxLinesChanged: 1_000 },
    };
    const property = fc.property(fc.array(moves, { maxLength: 30 }), (asked) => {
      const world = new BudgetWorld(own);
      for (const move of asked) {
        if (world.state.lease === undefined) world.claim();
        if (move.do === 'use') world.use(move.report);
        else if (move.do === 'change') world.change(move.files, move.lines);
        else if (move.do === 'wait') world.wait(move.ms);
        else world.decide('approve');
      }
      const told = world.steps
        .flatMap(({ events }) => events)
        .flatMap((event) => (event.type === 'budget:threshold' ? [event.data] : []));
      const names = told.map(({ limit, fraction, max }) => `${limit} ${fraction} ${max}`);
      expect(new Set(names).size).toBe(names.length);
      for (const { spent, fraction, max } of told) {
        expect(spent / max).toBeGreaterThanOrEqual(fraction);
      }
    });
    fc.assert(property, runs);
  });
});

describe('a gate that a limit has opened', () => {
  const broke = (limit: number, tokens: number): BudgetWorld => {
    const world = new BudgetWorld({ maxCostPerTask: limit });
    world.claim();
    world.use({ inputTokens: tokens });
    return world;
  };

  it('raises the limit of this task when it is approved, and queues it', () => {
    const world = broke(1, 1_000);
    world.decide('approve');
    expect(world.state.status).toBe('queued');
    expect(world.claim().decided.ok).toBe(true);
    world.use({ inputTokens: 499 });
    expect(world.state.status).toBe('in-progress');
    world.use({ inputTokens: 1 });
    expect(world.gate).toMatchObject({
      instance: 2,
      action: { params: { from: '1.5', to: '2.25' } },
    });
  });

  it('fails the task when it is rejected, or when nobody answers', () => {
    const rejected = broke(1, 1_000);
    rejected.decide('reject');
    const expired = broke(1, 1_000);
    expired.wait(7 * 86_400_000);
    for (const { state } of [rejected, expired]) {
      expect(state).toMatchObject({ status: 'failed', error: 'Budget exhausted' });
    }
  });

  it('asks about one limit after another, where several are reached', () => {
    const world = new BudgetWorld({ maxCostPerTask: 1, maxTokensPerTask: 1_000 });
    world.claim();
    world.use({ inputTokens: 1_000 });
    world.decide('approve');
    expect(world.state.status).toBe('paused');
    expect(world.gate?.action).toMatchObject({
      ...{ target: { limit: 'maxTokensPerTask' }, params: { to: '1500' } },
    });
    world.decide('approve');
    expect(world.state.status).toBe('queued');
  });

  it('is not passed by resuming the task', () => {
    const world = broke(1, 1_000);
    const refusal = refused(decide(world.state, { type: 'resume', now: world.now, actor: ADA }));
    expect(refusal.code).toBe('invalid_transition');
  });

  it('leaves a person’s pause as it is', () => {
    const world = new BudgetWorld({ maxCostPerTask: 1 });
    world.claim();
    world.do({ type: 'pause', now: world.now, actor: ADA, reason: 'manual' });
    world.use({ inputTokens: 1_000 });
    expect(world.state).toMatchObject({ status: 'paused', pauseReason: 'manual' });
    world.decide('approve');
    expect(world.state).toMatchObject({ status: 'paused', pauseReason: 'manual' });
    world.wait(30_000);
    expect(world.state.lease).toBeUndefined();
  });

  it('opens at the end of the time under leases, by the clock alone', () => {
    const world = new BudgetWorld({ maxWallMinutes: 10 });
    world.claim();
    world.wait(599_999);
    expect(world.state.status).toBe('in-progress');
    world.wait(1);
    expect(world.state).toMatchObject({ status: 'paused', pauseReason: 'budget' });
    expect(world.gate?.action.params).toMatchObject({ unit: 'minutes', from: '10', to: '15' });
  });

  it('opens when more is changed than may be, and not before', () => {
    const world = new BudgetWorld({ maxFilesChanged: 3, maxLinesChanged: 100 });
    world.claim();
    world.change(3, 100);
    expect(world.state.status).toBe('in-progress');
    world.change(4, 100);
    expect(world.gate?.action.params).toMatchObject({ unit: 'files', from: '3', to: '5' });
  });
});
