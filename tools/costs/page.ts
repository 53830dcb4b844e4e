// The table of `docs/costs.md`, made of what is counted.

import { COLUMNS, type Cost, type Count } from './count.ts';
import { COUNTED, type Counted } from './counted.ts';
import { dollarsPerMillion } from './prices.ts';

const HEADINGS = ['operation', ...Object.keys(COLUMNS), '$ a million'];
const columns: readonly (readonly Count[])[] = Object.values(COLUMNS);

/** Nothing is said where all is nought. */
const figures = (cost: Cost, names: readonly Count[]): string =>
  names.some((name) => cost[name] !== undefined)
    ? names.map((name) => (cost[name] ?? 0).toLocaleString('en-US')).join(' · ')
    : '';

const cells = ({ what, cost }: Counted): readonly string[] => [
  what,
  ...columns.map((names) => figures(cost, names)),
  dollarsPerMillion(cost).toFixed(2),
];

const line = (all: readonly string[]): string => `| ${all.join(' | ')} |`;

/** The table of all operations. */
function costTable(): string {
  const rule = `|${HEADINGS.map((_, index) => (index === 0 ? '---' : '--:')).join('|')}|`;
  const lines = Object.values(COUNTED).map((counted) => line(cells(counted)));
  return [line(HEADINGS), rule, ...lines].join('\n');
}

/** The page with the table as it is now. */
export const withCostTable = (page: string): string =>
  page.replace(/^\| operation .*(?:\n\|.*)*/m, costTable);
