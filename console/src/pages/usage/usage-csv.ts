// Rows as CSV (RFC 4180). Pure.

import type { UsageRow } from './usage-rows.ts';

const COLUMNS = [
  ...(['date', 'project', 'environment', 'workflow', 'agent', 'model'] as const),
  ...(['inputTokens', 'outputTokens', 'totalTokens', 'estimatedCost'] as const),
] as const;

/** What a spreadsheet would take for a formula is text to it with an apostrophe before it. */
const guarded = (text: string): string => (/^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text);

const field = (value: string | number): string => {
  if (typeof value === 'number') return String(value);
  const text = guarded(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** The whole file; each line ends with CR LF. */
export const csvOf = (rows: readonly UsageRow[]): string =>
  [
    COLUMNS.join(','),
    ...rows.map((row) =>
      COLUMNS.map((column) =>
        column === 'estimatedCost' ? row[column].toFixed(6) : field(row[column]),
      ).join(','),
    ),
    '',
  ].join('\r\n');
