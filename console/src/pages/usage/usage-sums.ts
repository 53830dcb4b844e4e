// Rows of usage added up: by day and by what the reader wants to tell apart. Pure.

import type { UsageRow } from './usage-rows.ts';

export const BREAKDOWNS = ['agent', 'model', 'workflow', 'environment', 'project'] as const;
export type Breakdown = (typeof BREAKDOWNS)[number];

export const MEASURES = ['cost', 'tokens'] as const;
export type Measure = (typeof MEASURES)[number];

export interface Sum {
  readonly cost: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly tokens: number;
}

export interface Series extends Sum {
  readonly name: string;
  /** A value a day, of the measure that was asked for. */
  readonly values: readonly number[];
}

export interface Chart {
  readonly days: readonly string[];
  /** The largest first; what is too much to be drawn by itself is the last one, `all others`. */
  readonly series: readonly Series[];
  /** Of each day. */
  readonly totals: readonly number[];
  readonly sum: Sum;
}

const DAY_MS = 86_400_000;
/** So many shades can be told apart. */
const SERIES_MAX = 5;
const MICROS = 1e6;
const NOTHING: Sum = { cost: 0, inputTokens: 0, outputTokens: 0, tokens: 0 };

export const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Every date from the first to the last, both in it. */
export function daysOf(from: string, to: string): readonly string[] {
  const [first, last] = [Date.parse(from), Date.parse(to)];
  const count = Math.max(0, Math.round((last - first) / DAY_MS) + 1);
  return Array.from({ length: Number.isNaN(count) ? 0 : count }, (_, at) =>
    dateOf(first + at * DAY_MS),
  );
}

const sumOf = (rows: readonly UsageRow[]): Sum => {
  const sum = rows.reduce(
    (before, row) => ({
      // Whole micro-dollars, so that a hundred rows add up to what the server says.
      cost: before.cost + Math.round(row.estimatedCost * MICROS),
      inputTokens: before.inputTokens + row.inputTokens,
      outputTokens: before.outputTokens + row.outputTokens,
      tokens: before.tokens + row.totalTokens,
    }),
    NOTHING,
  );
  return { ...sum, cost: sum.cost / MICROS };
};

const byName = <K extends string>(
  rows: readonly UsageRow[],
  nameOf: (row: UsageRow) => K,
): ReadonlyMap<K, readonly UsageRow[]> => {
  const groups = new Map<K, UsageRow[]>();
  for (const row of rows) {
    const group = groups.get(nameOf(row));
    if (group === undefined) groups.set(nameOf(row), [row]);
    else group.push(row);
  }
  return groups;
};

const seriesOf = (
  name: string,
  rows: readonly UsageRow[],
  { days, of }: { readonly days: readonly string[]; readonly of: Measure },
): Series => {
  const daily = byName(rows, ({ date }) => date);
  return { name, ...sumOf(rows), values: days.map((day) => sumOf(daily.get(day) ?? [])[of]) };
};

/** All rows of these days by one breakdown, each name by itself, the largest first. */
export function allSeries(
  rows: readonly UsageRow[],
  {
    by,
    ...rest
  }: { readonly days: readonly string[]; readonly of: Measure; readonly by: Breakdown },
): readonly Series[] {
  return [...byName(rows, (row) => row[by])]
    .map(([name, own]) => seriesOf(name, own, rest))
    .sort((a, b) => b[rest.of] - a[rest.of] || (a.name < b.name ? -1 : 1));
}

/** What a chart draws: the largest names, and the others together. */
export function chartOf(series: readonly Series[], days: readonly string[]): Chart {
  const [drawn, rest] =
    series.length <= SERIES_MAX
      ? [series, []]
      : [series.slice(0, SERIES_MAX - 1), series.slice(SERIES_MAX - 1)];
  const all = rest.length === 0 ? drawn : [...drawn, together(rest, days)];
  const totals = days.map((_, at) => added(series.map(({ values }) => values[at] ?? 0)));
  return { days, series: all, totals, sum: added4(series) };
}

const together = (rest: readonly Series[], days: readonly string[]): Series => ({
  name: `${rest.length} others`,
  ...added4(rest),
  values: days.map((_, at) => added(rest.map(({ values }) => values[at] ?? 0))),
});

const added = (values: readonly number[]): number =>
  Math.round(values.reduce((sum, value) => sum + value, 0) * MICROS) / MICROS;

const added4 = (series: readonly Sum[]): Sum => ({
  cost: added(series.map(({ cost }) => cost)),
  inputTokens: added(series.map(({ inputTokens }) => inputTokens)),
  outputTokens: added(series.map(({ outputTokens }) => outputTokens)),
  tokens: added(series.map(({ tokens }) => tokens)),
});
