import { COUNTS, type Cost, type Count } from './count.ts';

/** Dollars for a million on the paid plan, beyond what it includes, as of November 2026. */
export const PRICES: Readonly<Record<Count, number>> = {
  requests: 0.3,
  taskCalls: 0.15,
  projectCalls: 0.15,
  limiterCalls: 0.15,
  webhookCalls: 0.15,
  monitorCalls: 0.15,
  rowsRead: 0.001,
  rowsWritten: 1,
  // Each setting is billed as a row that is written.
  alarms: 1,
  alarmsRung: 0.15,
  // D1 bills rows alone.
  d1Statements: 0,
  d1RowsRead: 0.001,
  d1RowsWritten: 1,
  // Twenty of them are one request of an object.
  messagesIn: 0.15 / 20,
  messagesOut: 0,
};

/** What an operation costs, done a million times. */
export const dollarsPerMillion = (cost: Cost): number =>
  COUNTS.reduce((sum, name) => sum + (cost[name] ?? 0) * PRICES[name], 0);
