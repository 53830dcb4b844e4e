/** What is counted of an operation, by the columns of the table in `docs/costs.md`. */
export const COLUMNS = {
  requests: ['requests'],
  calls: ['taskCalls', 'projectCalls', 'limiterCalls', 'webhookCalls', 'monitorCalls'],
  rows: ['rowsRead', 'rowsWritten'],
  alarms: ['alarms', 'alarmsRung'],
  D1: ['d1Statements', 'd1RowsRead', 'd1RowsWritten'],
  messages: ['messagesIn', 'messagesOut'],
} as const;

export type Count = (typeof COLUMNS)[keyof typeof COLUMNS][number];

const columns: readonly (readonly Count[])[] = Object.values(COLUMNS);
export const COUNTS: readonly Count[] = columns.flat();

/** What an operation costs. What is left out is nought. */
export type Cost = Readonly<Partial<Record<Count, number>>>;

/** A cost as its figures, column by column: `1 | 1 2 1 0 0 | 18 21 | 1 0 | 1 0 4 | 0 0`. */
export const writeCost = (cost: Cost): string =>
  columns.map((names) => names.map((name) => cost[name] ?? 0).join(' ')).join(' | ');

/** The cost of which these are the figures. */
export function readCost(figures: string): Cost {
  const read = figures.split(/[ |]+/).map(Number);
  const named = COUNTS.map((name, index) => [name, read[index] ?? 0] as const);
  const cost = Object.fromEntries(named.filter(([, figure]) => figure !== 0));
  if (writeCost(cost) !== figures) throw new Error(`These are no figures of a cost: ${figures}`);
  return cost;
}
