import { describe, expect, it } from 'vitest';
import { csvOf } from '../../console/src/pages/usage/usage-csv.ts';
import { recordsOf, type UsageRow, usageRows } from '../../console/src/pages/usage/usage-rows.ts';
import { allSeries, chartOf, daysOf } from '../../console/src/pages/usage/usage-sums.ts';
import { windowIn } from '../../console/src/pages/usage/usage-window.ts';
import { csvOf as serverCsv } from '../../src/domain/metrics/csv.ts';

const row = (fields: Partial<UsageRow>): UsageRow => ({
  ...{ date: '2026-11-20', project: 'prj_1', environment: 'development', workflow: 'feature' },
  ...{ agent: 'coder', model: 'sonnet', inputTokens: 10, outputTokens: 5, totalTokens: 15 },
  estimatedCost: 0.1,
  ...fields,
});

describe('the rows of usage', () => {
  it('are read as the server writes them, whatever names are in them', () => {
    const names = ['plain', 'a,b', 'say "hi"', 'two\r\nlines', '=cmd|calc', "'quoted", ''];
    const day = Math.floor(Date.parse('2026-11-20') / 86_400_000);
    const csv = serverCsv(
      names.map((agent) => ({
        ...{ day, environment: 'e', workflow: 'w', agent, model: 'm' },
        ...{ inputTokens: 1, outputTokens: 2, costMicros: 1_500_000, tasks: 0 },
        ...{ agentTasks: 0, modelTasks: 0 },
      })),
    );
    const rows = usageRows(csv, 'prj_1');
    expect(rows.map(({ agent }) => agent)).toEqual(names);
    expect(rows[0]).toMatchObject({ date: '2026-11-20', totalTokens: 3, estimatedCost: 1.5 });
  });

  it('come back from the file that the reader keeps', () => {
    const rows = [row({}), row({ agent: '-x', model: 'a,"b"', estimatedCost: 0.000001 })];
    const [header = [], ...records] = recordsOf(csvOf(rows));
    expect(header).toHaveLength(10);
    expect(records[1]?.[header.indexOf('agent')]).toBe('-x');
    expect(records[1]?.[header.indexOf('estimatedCost')]).toBe('0.000001');
    expect(usageRows(csvOf(rows), 'prj_1')).toEqual(rows);
  });
});

describe('the sums', () => {
  const days = daysOf('2026-11-19', '2026-11-21');

  it('add up to the micro-dollar, whatever is told apart', () => {
    const rows = Array.from({ length: 1_000 }, (_, at) =>
      row({ agent: `a${at % 7}`, model: `m${at % 3}`, estimatedCost: 0.000001 * (at % 10) }),
    );
    for (const by of ['agent', 'model', 'workflow'] as const) {
      const chart = chartOf(allSeries(rows, { days, by, of: 'cost' }), days);
      expect(chart.sum.cost).toBe(0.0045);
      expect(chart.totals).toEqual([0, 0.0045, 0]);
    }
  });

  it('draw at most five names, the largest first and the others together', () => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map((agent, at) =>
      row({ agent, estimatedCost: at + 1 }),
    );
    const chart = chartOf(allSeries(rows, { days, by: 'agent', of: 'cost' }), days);
    expect(chart.series.map(({ name }) => name)).toEqual(['f', 'e', 'd', 'c', '2 others']);
    expect(chart.series.at(-1)?.values).toEqual([0, 3, 0]);
  });
});

describe('the window', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');

  it.each([
    ['', '', '2026-10-24', '2026-11-22'],
    ['2026-11-01', '2026-11-03', '2026-11-01', '2026-11-03'],
    ['', '2026-01-30', '2026-01-01', '2026-01-30'],
    ['2026-11-03', '2026-11-01', '2026-10-24', '2026-11-22'],
    ['2024-01-01', '2026-11-01', '2026-10-24', '2026-11-22'],
    ['rubbish', '2026-99-99', '2026-10-24', '2026-11-22'],
  ])('from %s to %s is %s to %s', (from, to, first, last) => {
    expect(windowIn({ from, to }, now)).toEqual({ from: first, to: last });
  });
});
