// What operations cost, to the row. `test/costs` counts each of them and fails when a number is another one; the table of
// `docs/costs.md` and the counts of the bench are made of these.

import type { Cost } from './count.ts';

export interface Counted {
  readonly what: string;
  readonly cost: Cost;
}

export const COUNTED = {
  firstTask: {
    what: 'The first task of a project, which makes its tables',
    cost: { requests: 1, taskCalls: 1, projectCalls: 2, rowsRead: 194, rowsWritten: 86, alarms: 1, d1Statements: 2, d1RowsRead: 1, d1RowsWritten: 4 },
  },
  create: {
    what: 'Make a task',
    cost: { requests: 1, taskCalls: 1, projectCalls: 2, rowsRead: 50, rowsWritten: 29, alarms: 1, d1Statements: 1, d1RowsWritten: 4 },
  },
  createDependent: {
    what: 'Make a task that waits for another',
    cost: { requests: 1, taskCalls: 2, projectCalls: 2, rowsRead: 52, rowsWritten: 32, alarms: 1, d1Statements: 1, d1RowsWritten: 4 },
  },
  getQueued: {
    what: 'Read a task that waits: its project says why',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 4 },
  },
  get: {
    what: 'Read a task with its newest 100 logs, in batches of 50',
    cost: { requests: 1, taskCalls: 1, rowsRead: 5 },
  },
  getAsleep: {
    what: 'The same, when its object has slept',
    cost: { requests: 1, taskCalls: 1, rowsRead: 21, rowsWritten: 1 },
  },
  list: {
    what: 'List 20 tasks',
    cost: { requests: 1, d1Statements: 1, d1RowsRead: 21 },
  },
  events: {
    what: 'Read 100 events, in batches of 50',
    cost: { requests: 1, taskCalls: 1, rowsRead: 3 },
  },
  logs: {
    what: 'Read 100 logs, in batches of 50',
    cost: { requests: 1, taskCalls: 1, rowsRead: 3 },
  },
  log: {
    what: 'Log a line',
    cost: { requests: 1, taskCalls: 1, rowsRead: 1, rowsWritten: 1 },
  },
  wake: {
    what: 'Log a line to a task of 100,000 that slept',
    cost: { requests: 1, taskCalls: 1, rowsRead: 267, rowsWritten: 2, alarms: 1 },
  },
  report: {
    what: 'Report a stage',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 7, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  complete: {
    what: 'Report the end',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 9, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  pause: {
    what: 'Pause',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 7, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  resume: {
    what: 'Resume',
    cost: { requests: 1, taskCalls: 2, projectCalls: 1, rowsRead: 8, rowsWritten: 8, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  cancel: {
    what: 'Cancel',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 9, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  retry: {
    what: 'Retry',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 8, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  approveEarly: {
    what: 'Approve before anything waits at the gate',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 8, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  approveHeld: {
    what: 'Approve a report that is held at the gate',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 9, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  approveAtWork: {
    what: 'Approve while a runner waits at the gate',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 8, alarms: 2, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  trash: {
    what: 'Move to the trash',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 10, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 2 },
  },
  restore: {
    what: 'Restore',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 7, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  emptyTrash: {
    what: 'Empty a trash of two',
    cost: {  },
  },
  archive: {
    what: 'Archive',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 7, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 2 },
  },
  decompose: {
    what: 'Split a task in two',
    cost: { requests: 1, taskCalls: 6, projectCalls: 3, rowsRead: 106, rowsWritten: 69, alarms: 3, d1Statements: 3, d1RowsRead: 1, d1RowsWritten: 11 },
  },
  family: {
    what: 'Split a task in two, and both subtasks to their ends',
    cost: { requests: 8, taskCalls: 18, projectCalls: 12, rowsRead: 184, rowsWritten: 147, alarms: 12, d1Statements: 11, d1RowsRead: 9, d1RowsWritten: 35 },
  },
  fulfil: {
    what: 'Report the end of a task that another waits for',
    cost: { requests: 1, taskCalls: 2, projectCalls: 2, rowsRead: 43, rowsWritten: 22, alarms: 3, d1Statements: 2, d1RowsRead: 2, d1RowsWritten: 6 },
  },
  register: {
    what: 'Register a runner',
    cost: { requests: 1, projectCalls: 1, rowsWritten: 2, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 5 },
  },
  claim: {
    what: 'Claim a task',
    cost: { requests: 1, taskCalls: 1, projectCalls: 2, rowsRead: 25, rowsWritten: 15, alarms: 3, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  claimNothing: {
    what: 'Claim when there is nothing to do',
    cost: { requests: 1, projectCalls: 1, rowsRead: 11 },
  },
  firstHeartbeat: {
    what: 'First heartbeat of a lease',
    cost: { requests: 1, taskCalls: 1, rowsWritten: 1 },
  },
  heartbeat: {
    what: 'Heartbeat without news',
    cost: { requests: 1, taskCalls: 1 },
  },
  silence: {
    what: 'Heartbeat after which the runner is silent',
    cost: { requests: 1, taskCalls: 1, rowsWritten: 1 },
  },
  leaseAlarm: {
    what: 'The alarm of a lease that lives',
    cost: { alarms: 1, alarmsRung: 1 },
  },
  batch: {
    what: 'Send a batch of 500 logs',
    cost: { requests: 1, taskCalls: 1, rowsRead: 1, rowsWritten: 1 },
  },
  usage: {
    what: 'Send a batch that tells of usage',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 7, rowsWritten: 6, alarms: 2 },
  },
  result: {
    what: 'Hand in the result of a stage',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 8, alarms: 2, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3 },
  },
  session: {
    what: 'Open the session of a runner',
    cost: { requests: 1, taskCalls: 1, rowsWritten: 1, messagesOut: 1 },
  },
  sessionHeartbeat: {
    what: 'Heartbeat in it',
    cost: { messagesIn: 1, messagesOut: 1 },
  },
  sessionBatch: {
    what: 'Batch of 500 logs in it',
    cost: { rowsRead: 1, rowsWritten: 1, messagesIn: 1, messagesOut: 1 },
  },
  sessionResult: {
    what: 'Result of a stage in it',
    cost: {  },
  },
  watch: {
    what: 'Watch a task',
    cost: { requests: 1, taskCalls: 1, messagesOut: 1 },
  },
  logWatched: {
    what: 'Log a line that ten watch',
    cost: { requests: 1, taskCalls: 1, rowsRead: 1, rowsWritten: 1, messagesOut: 10 },
  },
  cancelWatched: {
    what: 'Cancel a task whose board ten watch',
    cost: { requests: 1, taskCalls: 1, projectCalls: 1, rowsRead: 8, rowsWritten: 9, alarms: 1, d1Statements: 1, d1RowsRead: 1, d1RowsWritten: 3, messagesOut: 10 },
  },
  wholeTask: {
    what: 'A task of five stages, by a runner over HTTP',
    cost: { requests: 19, taskCalls: 19, projectCalls: 10, rowsRead: 127, rowsWritten: 97, alarms: 16, d1Statements: 7, d1RowsRead: 6, d1RowsWritten: 22 },
  },
  reviewedTask: {
    what: 'The same, with a review before the merge',
    cost: { requests: 21, taskCalls: 21, projectCalls: 11, rowsRead: 136, rowsWritten: 107, alarms: 18, d1Statements: 9, d1RowsRead: 8, d1RowsWritten: 28 },
  },
} as const satisfies Readonly<Record<string, Counted>>;

export type Operation = keyof typeof COUNTED;
