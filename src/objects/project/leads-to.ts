import type { QueueEntry } from '../../domain/queue.ts';
import { type Learning, learnEntry } from './learn-entry.ts';

/** Whether one of these tasks waits, through however many others, for one of the targets. */
export function leadsTo(
  tables: Learning,
  entries: readonly QueueEntry[],
  targets: readonly string[],
): boolean {
  // What they say of themselves may be newer than what their own telling has brought here.
  for (const entry of entries) learnEntry(tables, entry);
  return tables.dependencies.leadsTo(
    entries.map(({ taskId }) => taskId),
    targets,
  );
}
