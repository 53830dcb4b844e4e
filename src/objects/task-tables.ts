import { CURSOR_MIGRATIONS } from './cursors.ts';
import { LOG_LINK_MIGRATIONS, LOG_MIGRATIONS } from './event-log.ts';
import { SNAPSHOT_MIGRATIONS } from './snapshot.ts';

/** The tables of a task's object. Append only: their number is what a storage remembers. */
export const TASK_MIGRATIONS: readonly string[] = [
  ...LOG_MIGRATIONS,
  ...SNAPSHOT_MIGRATIONS,
  ...CURSOR_MIGRATIONS,
  ...LOG_LINK_MIGRATIONS,
];
