// The rows of `usage_daily` for a spreadsheet (RFC 4180).

import { dateOf } from './days.ts';
import { dollars, type UsageRow } from './usage.ts';

export const CSV_HEADER =
  'date,environment,workflow,agent,model,inputTokens,outputTokens,totalTokens,estimatedCost';

/** A name that a spreadsheet would take for a formula is text to it with an apostrophe before it. */
const guarded = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

export function csvField(value: string): string {
  const text = guarded(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Never `1e-7`: micro-dollars have six decimals. */
const cost = (micros: number): string => dollars(micros).toFixed(6);

export function csvLine(row: UsageRow): string {
  const { day, environment, workflow, agent, model } = row;
  const { inputTokens, outputTokens, costMicros } = row;
  const names = [environment, workflow, agent, model].map(csvField);
  const sums = [inputTokens, outputTokens, inputTokens + outputTokens, cost(costMicros)];
  return [dateOf(day), ...names, ...sums].join(',');
}

/** The whole file; each line ends with CR LF. */
export const csvOf = (rows: Iterable<UsageRow>): string =>
  [CSV_HEADER, ...Array.from(rows, csvLine), ''].join('\r\n');
