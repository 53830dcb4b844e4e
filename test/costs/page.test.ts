// The page says what is counted, and what it lists is counted.

import { describe, expect, it } from 'vitest';
import { readCounts } from '../../bench/counts.ts';
import page from '../../docs/costs.md?raw';
import { COUNTED } from '../../tools/costs/counted.ts';
import { withCostTable } from '../../tools/costs/page.ts';
import { dollarsPerMillion } from '../../tools/costs/prices.ts';

const tests = import.meta.glob<string>('./*.test.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
});

describe('docs/costs.md', () => {
  it('has the table that is made of the counts', () => {
    expect(page).toBe(withCostTable(page));
    expect(page).toContain(`| ${COUNTED.wholeTask.what} |`);
  });

  it.each(Object.keys(COUNTED))('%s is counted by a test', (operation) => {
    expect(Object.values(tests).join('\n')).toContain(`expectCost('${operation}',`);
  });
});

describe('what is made of the counts', () => {
  it('dollars: a row that is written is the price of a thousand that are read', () => {
    expect(dollarsPerMillion({ requests: 1, taskCalls: 2, rowsRead: 1_000 })).toBeCloseTo(1.6);
    expect(dollarsPerMillion({ d1Statements: 7, rowsWritten: 1, alarms: 1 })).toBeCloseTo(2);
    expect(dollarsPerMillion({ messagesIn: 20, messagesOut: 1_000 })).toBeCloseTo(0.15);
  });

  it('names for the bench', () => {
    expect(readCounts()).toMatchObject({
      wholeTaskD1Statements: COUNTED.wholeTask.cost.d1Statements,
      batchRowsWritten: 1,
    });
  });
});
