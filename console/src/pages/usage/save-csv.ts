// The rows that the charts are added up from, as a file for a spreadsheet.

import { save } from '../../parts/save.ts';
import { csvOf } from './usage-csv.ts';
import type { UsageRow } from './usage-rows.ts';

export const saveCsv = (
  rows: readonly UsageRow[],
  { from, to }: { readonly from: string; readonly to: string },
): void => save(`usage-${from}-${to}.csv`, csvOf(rows), 'text/csv');
