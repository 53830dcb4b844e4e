// Breakdowns, percentiles and lines: each beside a straightforward recount of its own.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SAMPLES_MAX, type UsageSum } from '../../src/contract/metrics.ts';
import { csvField, csvOf } from '../../src/domain/metrics/csv.ts';
import { DAY_MS, dateOf, windowOf } from '../../src/domain/metrics/days.ts';
import {
  addSamples,
  distributionOf,
  newestOf,
  samplesIn,
} from '../../src/domain/metrics/samples.ts';
import { type UsageRow, usageOf } from '../../src/domain/metrics/usage.ts';
import { prefersCsv } from '../../src/routes/prefers-csv.ts';

const runs = { numRuns: 1_000 };
const FIRST = 20_000;
const WINDOW = { first: FIRST, last: FIRST + 9 };

const tokens = fc.nat({ max: 1_000_000_000 });
const row: fc.Arbitrary<UsageRow> = fc.record({
  day: fc.integer({ min: WINDOW.first, max: WINDOW.last }),
  environment: fc.constantFrom('production', 'staging'),
  workflow: fc.constantFrom('feature', 'bugfix', '__proto__'),
  agent: fc.constantFrom('developer', 'unknown', 'constructor'),
  model: fc.constantFrom('sonnet', 'opus', 'unknown'),
  inputTokens: tokens,
  outputTokens: tokens,
  costMicros: tokens,
  agentTasks: fc.nat({ max: 3 }),
  modelTasks: fc.nat({ max: 3 }),
});
const created = fc.record({
  day: fc.integer({ min: WINDOW.first, max: WINDOW.last }),
  environment: fc.constantFrom('production', 'staging'),
  workflow: fc.constantFrom('feature', 'bugfix'),
  created: fc.nat({ max: 1_000 }),
});

const NAMES = ['tasks', 'inputTokens', 'outputTokens', 'totalTokens'] as const;
/** What is shown has six decimals at most, so whole millionths add up exactly. */
const micros = (sum: UsageSum): number => Math.round(sum.estimatedCost * 1_000_000);
const added = (all: readonly UsageSum[], name: (typeof NAMES)[number]): number =>
  all.reduce((total, one) => total + one[name], 0);

describe('the breakdowns of usage', () => {
  it('each add up to the total, to the token and the micro-dollar', () => {
    const property = fc.property(fc.array(created), fc.array(row), (tasks, rows) => {
      const { total, ...by } = usageOf(WINDOW, tasks, rows);
      expect(total.totalTokens).toBe(total.inputTokens + total.outputTokens);
      expect(micros(total)).toBe(rows.reduce((sum, { costMicros }) => sum + costMicros, 0));
      expect(total.tasks).toBe(tasks.reduce((sum, one) => sum + one.created, 0));
      for (const [name, all] of Object.entries(by)) {
        expect(all.reduce((sum, one) => sum + micros(one), 0)).toBe(micros(total));
        for (const each of NAMES) {
          const isOwn = each === 'tasks' && (name === 'byAgent' || name === 'byModel');
          if (!isOwn) expect([name, each, added(all, each)]).toEqual([name, each, total[each]]);
        }
      }
      for (const one of by.byModel) {
        const own = rows.filter(({ model }) => model === one.model);
        expect(one.tasks).toBe(own.reduce((sum, { modelTasks }) => sum + modelTasks, 0));
      }
    });
    fc.assert(property, runs);
  });

  it('have every day, in order, and elsewhere what has cost most first', () => {
    const property = fc.property(fc.array(row), (rows) => {
      const { byDay, byAgent } = usageOf(WINDOW, [], rows);
      expect(byDay.map(({ date }) => date)).toEqual(
        Array.from({ length: 10 }, (_, index) => dateOf(FIRST + index)),
      );
      const costs = byAgent.map(({ estimatedCost }) => estimatedCost);
      expect(costs).toEqual(costs.toSorted((a, b) => b - a));
    });
    fc.assert(property, runs);
  });

  it('name a thousand models at most, and add up all the same', () => {
    const names = { environment: 'staging', workflow: 'feature', agent: 'developer' };
    const rows = Array.from({ length: 1_500 }, (_, index) => ({
      ...{ ...names, day: FIRST, model: index === 3 ? 'other' : `model-${index}` },
      ...{ inputTokens: index, outputTokens: 1, costMicros: index, agentTasks: 0, modelTasks: 1 },
    }));
    const { byModel, total } = usageOf(WINDOW, [], rows);
    expect(byModel).toHaveLength(1_000);
    expect(new Set(byModel.map(({ model }) => model)).size).toBe(1_000);
    expect(byModel.at(-1)).toMatchObject({ model: 'other', tasks: 501 });
    expect(added(byModel, 'totalTokens')).toBe(total.totalTokens);
  });

  it('stay whole numbers whatever is claimed', () => {
    const most = { inputTokens: 2 ** 53 - 1, outputTokens: 2 ** 53 - 1, costMicros: 2 ** 53 - 1 };
    const claim = { ...most, agentTasks: 1, modelTasks: 1, day: FIRST };
    const names = { environment: 'staging', workflow: 'feature', agent: 'developer', model: 'x' };
    const { total } = usageOf(
      WINDOW,
      [],
      [
        { ...claim, ...names },
        { ...claim, ...names },
      ],
    );
    expect(total.inputTokens).toBe(2 ** 53 - 1);
    expect(JSON.parse(JSON.stringify(total))).toEqual(total);
  });
});

describe('percentiles', () => {
  it('are values that were measured, by nearest rank', () => {
    const property = fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 200 }), (values) => {
      const sorted = values.toSorted((a, b) => a - b);
      const at = (percent: number) =>
        sorted.find((_, index) => (index + 1) * 100 >= percent * sorted.length);
      expect(distributionOf(values)).toEqual({ p50: at(50), p95: at(95), max: sorted.at(-1) });
    });
    fc.assert(property, runs);
  });

  it('of nothing are null', () => {
    expect(distributionOf([])).toEqual({ p50: null, p95: null, max: null });
  });

  it('are of the newest thousand, from wherever they come', () => {
    const sample = fc.record({ at: fc.nat({ max: DAY_MS - 1 }), value: fc.nat() });
    const property = fc.property(
      fc.uniqueArray(sample, { maxLength: 1_200, size: 'max', selector: ({ at }) => at }),
      fc.nat({ max: 1_200 }),
      (samples, middle) => {
        const inOrder = samples.toSorted((a, b) => a.at - b.at);
        const parts = [inOrder.slice(0, middle), inOrder.slice(middle)];
        const kept = parts.flatMap((part) => samplesIn(addSamples(null, 0, part), 0));
        const newest = inOrder.slice(-SAMPLES_MAX).map(({ value }) => value);
        expect(newestOf(kept).toSorted()).toEqual(newest.toSorted());
      },
    );
    fc.assert(property, { numRuns: 50 });
  });

  it('are kept as they were measured, the newest thousand of a day', () => {
    let kept: ArrayBuffer | null = null;
    for (let at = 0; at < 1_500; at += 1) {
      kept = addSamples(kept, 3, [{ at: 3 * DAY_MS + at, value: at * 1_000_000 }]);
    }
    const read = samplesIn(kept ?? new ArrayBuffer(0), 3);
    expect(read).toHaveLength(SAMPLES_MAX);
    expect(read.at(0)).toEqual({ at: 3 * DAY_MS + 500, value: 500_000_000 });
    expect(read.at(-1)).toEqual({ at: 3 * DAY_MS + 1_499, value: 1_499_000_000 });
  });
});

describe('a window', () => {
  const NOW = Date.parse('2026-11-22T12:00:00Z');
  const shown = (query: Parameters<typeof windowOf>[0]) => {
    const window = windowOf(query, NOW);
    return window.ok
      ? [dateOf(window.value.first), dateOf(window.value.last)]
      : window.refusal.code;
  };

  it.each([
    [{}, ['2026-10-24', '2026-11-22']],
    [{ from: '2026-11-01' }, ['2026-11-01', '2026-11-22']],
    [{ to: '2026-11-01' }, ['2026-10-03', '2026-11-01']],
    [{ from: '2026-11-01', to: '2026-11-01' }, ['2026-11-01', '2026-11-01']],
    [{ from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' }, ['2026-11-01', '2026-11-30']],
    [{ from: '2026-11-01T23:59:59Z', to: '2026-11-03T00:00:01Z' }, ['2026-11-01', '2026-11-03']],
    [{ from: '2026-11-01T00:30:00+01:00', to: '2026-11-01' }, ['2026-10-31', '2026-11-01']],
    [{ from: '2025-01-01', to: '2026-01-01' }, ['2025-01-01', '2026-01-01']],
    [{ from: '2025-01-01', to: '2026-01-02' }, 'invalid_request'],
    [{ from: '2026-11-23' }, 'invalid_request'],
    [{ from: '2026-11-02', to: '2026-11-01' }, 'invalid_request'],
    [{ to: '1970-01-01' }, 'invalid_request'],
    [{ from: '9999-12-31', to: '9999-12-31' }, 'invalid_request'],
  ] as const)('of %j has whole days: %j', (query, days) => {
    expect(shown(query)).toEqual(days);
  });
});

describe('a line of CSV', () => {
  /** Reads fields as RFC 4180 says. */
  const fieldsOf = (text: string): string[] =>
    [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
      ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
    );

  it('is read as what was written, and by no spreadsheet as a formula', () => {
    const text = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', '"', ',', 'a', '\n', '\t'),
    });
    const property = fc.property(text, text, row, (agent, model, rest) => {
      const [, line = ''] = csvOf([{ ...rest, agent, model }]).split(/\r\n/);
      const fields = fieldsOf(line);
      expect(fields).toHaveLength(9);
      for (const [field, wanted] of [
        [fields[3], agent],
        [fields[4], model],
      ]) {
        expect(field).toMatch(/^(?![=+\-@\t\n])/);
        expect(field?.replace(/^'/, '')).toBe(wanted?.replace(/^'/, ''));
      }
    });
    fc.assert(property, runs);
  });

  it.each([
    ['sonnet', 'sonnet'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['=1+1', "'=1+1"],
    ['@SUM(A1),"x"', `"'@SUM(A1),""x"""`],
    ['\tx', "'\tx"],
    ['-2', "'-2"],
  ])('writes %j as %j', (value, written) => {
    expect(csvField(value)).toBe(written);
  });
});

describe('CSV is preferred', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['*/*', false],
    ['application/json', false],
    ['text/csv', true],
    ['TEXT/CSV; charset=utf-8', true],
    ['text/csv, */*', true],
    ['text/*', true],
    ['application/json, text/csv', false],
    ['text/csv;q=0.5, application/json', false],
    ['text/csv;q=0.9, application/json;q=0.1', true],
    ['text/csv;q=0', false],
    ['text/csv;q=0, */*', false],
    ['text/csv;q=1, application/json;q=0', true],
    ['text/html, text/csv;q=0.9, */*;q=0.8', true],
    ['application/*, text/csv', true],
    ['application/json, text/plain, */*', false],
  ])('with Accept %j: %s', (accept, expected) => {
    expect(prefersCsv(accept)).toBe(expected);
  });
});
