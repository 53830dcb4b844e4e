import type { QueueEntry } from '../../domain/queue.ts';
import type { DependencyTable } from './dependency-table.ts';
import type { QueueTable } from './queue-table.ts';

/** Whether one of these tasks waits, through however many others, for one of the targets. */
export function leadsTo(
  tables: { readonly queue: QueueTable; readonly dependencies: DependencyTable },
  entries: readonly QueueEntry[],
  targets: readonly string[],
): boolean {
  const { queue, dependencies } = tables;
  // What they say of themselves may be newer than what their own telling has brought here.
  for (const entry of entries) {
    if (queue.apply(entry)) dependencies.apply(entry.taskId, entry.dependencies);
  }
  return dependencies.leadsTo(
    entries.map(({ taskId }) => taskId),
    targets,
  );
}
