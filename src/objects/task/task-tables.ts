import { CURSOR_MIGRATIONS } from './cursors.ts';
import { LOG_LINK_MIGRATIONS, LOG_MIGRATIONS } from './event-log.ts';
import { RECEIPT_MIGRATIONS } from './receipt-rows.ts';
import { SNAPSHOT_MIGRATIONS } from './snapshot.ts';

/** The tables of a task's object. Append only: their number is what a storage remembers. */
export const TASK_MIGRATIONS: readonly string[] = [
  ...LOG_MIGRATIONS,
  ...SNAPSHOT_MIGRATIONS,
  ...CURSOR_MIGRATIONS,
  ...LOG_LINK_MIGRATIONS,
  ...RECEIPT_MIGRATIONS,
];

/** What all of them come to: a new task is made in one go, not step by step. A test compares the two. */
export const TASK_TABLES: readonly string[] = [
  `CREATE TABLE blocks(
    last INTEGER PRIMARY KEY, first INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL,
    epoch INTEGER NOT NULL, producer TEXT, producer_to INTEGER, logs INTEGER NOT NULL,
    body TEXT, body_hash TEXT NOT NULL, hash TEXT NOT NULL, told_bytes INTEGER NOT NULL DEFAULT 0,
    logs_before INTEGER NOT NULL DEFAULT 0, state_before INTEGER NOT NULL DEFAULT 0)`,
  ...SNAPSHOT_MIGRATIONS,
  ...CURSOR_MIGRATIONS,
  ...RECEIPT_MIGRATIONS,
];
