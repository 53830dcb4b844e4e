// What operations cost, to the row. `test/costs` counts each of them and fails when a number is another one; the table of
// `docs/costs.md` and the counts of the bench are made of these.

import { type Cost, readCost } from './count.ts';

export interface Counted {
  readonly what: string;
  readonly cost: Cost;
}

/** Requests | calls of tasks, projects, limiters, webhooks, monitors | rows read, written | alarms set, rung | D1: statements, rows | messages in, out. */
const counted = (what: string, figures: string): Counted => ({ what, cost: readCost(figures) });

export const COUNTED = {
  firstTask: counted(
    'The first task of a project, which makes its tables',
    '1 | 1 2 1 0 0 | 397 89 | 2 0 | 4 8 4 | 0 0',
  ),
  create: counted('Make a task', '1 | 1 2 1 0 0 | 14 24 | 1 0 | 1 0 4 | 0 0'),
  createDependent: counted(
    'Make a task that waits for another',
    '1 | 2 2 1 0 0 | 17 26 | 1 0 | 1 0 4 | 0 0',
  ),
  getQueued: counted(
    'Read a task that waits: its project says why',
    '1 | 1 1 1 0 0 | 4 0 | 0 0 | 0 0 0 | 0 0',
  ),
  get: counted(
    'Read a task with its newest 100 logs, in batches of 50',
    '1 | 1 0 1 0 0 | 5 0 | 0 0 | 0 0 0 | 0 0',
  ),
  getAsleep: counted(
    'The same, when its object has slept',
    '1 | 1 0 1 0 0 | 24 1 | 0 0 | 0 0 0 | 0 0',
  ),
  list: counted('List 20 tasks', '1 | 0 0 1 0 0 | 0 0 | 0 0 | 1 21 0 | 0 0'),
  events: counted('Read 100 events, in batches of 50', '1 | 1 0 1 0 0 | 3 0 | 0 0 | 0 0 0 | 0 0'),
  logs: counted('Read 100 logs, in batches of 50', '1 | 1 0 1 0 0 | 3 0 | 0 0 | 0 0 0 | 0 0'),
  log: counted('Log a line', '1 | 1 0 1 0 0 | 1 1 | 0 0 | 0 0 0 | 0 0'),
  wake: counted(
    'Log a line to a task of 100,000 that slept',
    '1 | 1 0 1 0 0 | 271 1 | 1 0 | 0 0 0 | 0 0',
  ),
  report: counted('Report a stage', '1 | 1 1 1 0 0 | 7 6 | 1 0 | 1 1 3 | 0 0'),
  complete: counted('Report the end', '1 | 1 1 1 0 0 | 20 12 | 1 0 | 1 1 3 | 0 0'),
  pause: counted('Pause', '1 | 1 1 1 0 0 | 9 7 | 1 0 | 1 1 3 | 0 0'),
  resume: counted('Resume', '1 | 2 1 1 0 0 | 8 8 | 1 0 | 1 1 3 | 0 0'),
  cancel: counted('Cancel', '1 | 1 1 1 0 0 | 15 11 | 1 0 | 1 1 3 | 0 0'),
  retry: counted('Retry', '1 | 1 1 1 0 0 | 8 8 | 1 0 | 1 1 3 | 0 0'),
  approveEarly: counted(
    'Approve before anything waits at the gate',
    '1 | 1 1 1 0 0 | 14 14 | 1 0 | 2 3 7 | 0 0',
  ),
  approveHeld: counted(
    'Approve a report that is held at the gate',
    '1 | 1 1 1 0 0 | 24 15 | 1 0 | 3 5 9 | 0 0',
  ),
  approveAtWork: counted(
    'Approve while a runner waits at the gate',
    '1 | 1 1 1 0 0 | 23 14 | 2 0 | 3 5 9 | 0 0',
  ),
  trash: counted('Move to the trash', '1 | 1 1 1 0 0 | 16 13 | 1 0 | 1 1 2 | 0 0'),
  restore: counted('Restore', '1 | 1 1 1 0 0 | 7 6 | 1 0 | 1 1 3 | 0 0'),
  emptyTrash: counted('Empty a trash of two', '1 | 2 1 1 0 0 | 28 9 | 1 0 | 2 12 2 | 0 0'),
  archive: counted('Archive', '1 | 1 1 1 0 0 | 7 6 | 1 0 | 1 1 2 | 0 0'),
  decompose: counted('Split a task in two', '1 | 6 3 1 0 0 | 35 60 | 3 0 | 3 1 11 | 0 0'),
  family: counted(
    'Split a task in two, and both subtasks to their ends',
    '8 | 18 12 8 0 0 | 139 138 | 13 0 | 11 9 35 | 0 0',
  ),
  fulfil: counted(
    'Report the end of a task that another waits for',
    '1 | 2 2 1 0 0 | 56 25 | 3 0 | 2 2 6 | 0 0',
  ),
  register: counted('Register a runner', '1 | 0 1 1 0 0 | 3 4 | 0 0 | 3 2 9 | 0 0'),
  claim: counted('Claim a task', '1 | 1 2 1 0 0 | 29 18 | 3 0 | 1 1 3 | 0 0'),
  claimNothing: counted(
    'Claim when there is nothing to do',
    '1 | 0 1 1 0 0 | 7 0 | 0 0 | 0 0 0 | 0 0',
  ),
  firstHeartbeat: counted('First heartbeat of a lease', '1 | 1 0 1 0 0 | 0 1 | 0 0 | 0 0 0 | 0 0'),
  heartbeat: counted('Heartbeat without news', '1 | 1 0 1 0 0 | 0 0 | 0 0 | 0 0 0 | 0 0'),
  silence: counted(
    'Heartbeat after which the runner is silent',
    '1 | 1 0 1 0 0 | 0 1 | 0 0 | 0 0 0 | 0 0',
  ),
  leaseAlarm: counted('The alarm of a lease that lives', '0 | 0 0 0 0 0 | 0 0 | 1 1 | 0 0 0 | 0 0'),
  batch: counted('Send a batch of 500 logs', '1 | 1 0 1 0 0 | 1 1 | 0 0 | 0 0 0 | 0 0'),
  usage: counted('Send a batch that tells of usage', '1 | 1 1 1 0 0 | 6 7 | 2 0 | 0 0 0 | 0 0'),
  result: counted('Hand in the result of a stage', '1 | 1 1 1 0 0 | 9 9 | 2 0 | 1 1 3 | 0 0'),
  line: counted('Open the line of a runner', '1 | 0 1 2 0 0 | 0 0 | 0 0 | 0 0 0 | 0 0'),
  lineNothing: counted(
    'Claim on it when there is nothing to do',
    '0 | 0 0 0 0 0 | 10 0 | 0 0 | 0 0 0 | 1 1',
  ),
  lineClaim: counted('Claim a task on it', '0 | 1 1 0 0 0 | 25 18 | 3 0 | 1 1 3 | 1 1'),
  session: counted('Open the session of a runner', '1 | 1 0 2 0 0 | 0 1 | 0 0 | 0 0 0 | 0 1'),
  sessionHeartbeat: counted('Heartbeat in it', '0 | 0 0 0 0 0 | 0 0 | 0 0 | 0 0 0 | 1 1'),
  sessionBatch: counted('Batch of 500 logs in it', '0 | 0 0 0 0 0 | 1 1 | 0 0 | 0 0 0 | 1 1'),
  sessionResult: counted('Result of a stage in it', '0 | 0 1 0 0 0 | 9 9 | 2 0 | 1 1 3 | 1 1'),
  watch: counted('Watch a task', '1 | 1 0 2 0 0 | 0 0 | 0 0 | 0 0 0 | 0 1'),
  logWatched: counted('Log a line that ten watch', '1 | 1 0 1 0 0 | 1 1 | 0 0 | 0 0 0 | 0 10'),
  cancelWatched: counted(
    'Cancel a task whose board ten watch',
    '1 | 1 1 1 0 0 | 15 11 | 1 0 | 1 1 3 | 0 10',
  ),
  wholeTask: counted(
    'A task of five stages, by a runner over HTTP',
    '19 | 19 10 19 0 0 | 121 104 | 16 0 | 7 6 22 | 0 0',
  ),
  reviewedTask: counted(
    'The same, with a review before the merge',
    '21 | 21 11 21 0 0 | 141 120 | 18 0 | 12 13 38 | 0 0',
  ),
};

export type Operation = keyof typeof COUNTED;
