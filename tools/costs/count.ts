/** What is counted of an operation, in the order of the table in `docs/costs.md`. */
export const COUNTS = [
  'requests',
  'taskCalls',
  'projectCalls',
  'rowsRead',
  'rowsWritten',
  'alarms',
  'alarmsRung',
  'd1Statements',
  'd1RowsRead',
  'd1RowsWritten',
  'messagesIn',
  'messagesOut',
] as const;

export type Count = (typeof COUNTS)[number];

/** What an operation costs. What is left out is nought. */
export type Cost = Readonly<Partial<Record<Count, number>>>;
