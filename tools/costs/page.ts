// The table of `docs/costs.md`, made of what is counted.

import type { Cost } from './count.ts';
import { COUNTED, type Counted } from './counted.ts';
import { dollarsPerMillion } from './prices.ts';

const HEADINGS = [
  'operation',
  'requests',
  'calls',
  'rows',
  'alarms',
  'D1',
  'messages',
  '$ a million',
] as const;

/** Nothing is said of what is nought. */
const figures = (...all: readonly (number | undefined)[]): string =>
  all.some((figure) => figure !== undefined)
    ? all.map((figure = 0) => figure.toLocaleString('en-US')).join(' · ')
    : '';

const cells = ({ what, cost }: { readonly what: string; readonly cost: Cost }): string[] => [
  what,
  figures(cost.requests),
  figures(cost.taskCalls, cost.projectCalls),
  figures(cost.rowsRead, cost.rowsWritten),
  cost.alarmsRung === undefined ? figures(cost.alarms) : figures(cost.alarms, cost.alarmsRung),
  figures(cost.d1Statements, cost.d1RowsRead, cost.d1RowsWritten),
  figures(cost.messagesIn, cost.messagesOut),
  dollarsPerMillion(cost).toFixed(2),
];

const line = (all: readonly string[]): string => `| ${all.join(' | ')} |`;

/** The table of all operations. */
export function costTable(): string {
  const counted: readonly Counted[] = Object.values(COUNTED);
  const rule = `|${HEADINGS.map((_, index) => (index === 0 ? '---' : '--:')).join('|')}|`;
  return [line(HEADINGS), rule, ...counted.map((one) => line(cells(one)))].join('\n');
}

/** The page with the table as it is now. */
export const withCostTable = (page: string): string =>
  page.replace(/^\| operation .*(?:\n\|.*)*/m, costTable);
