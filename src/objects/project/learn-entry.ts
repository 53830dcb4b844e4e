import type { QueueEntry } from '../../domain/queue.ts';
import type { DependencyTable } from './dependency-table.ts';
import type { LedgerDesk } from './ledger-desk.ts';
import type { QueueTable } from './queue-table.ts';

export interface Learning {
  readonly queue: QueueTable;
  readonly dependencies: DependencyTable;
  readonly ledger: LedgerDesk;
}

/** Takes what a task says of itself before its own telling has come, which then finds it known: its money is counted here. */
export function learnEntry({ queue, dependencies, ledger }: Learning, entry: QueueEntry): void {
  const { spent } = queue.markOf(entry.taskId);
  if (!queue.apply(entry)) return;
  dependencies.apply(entry.taskId, entry.dependencies);
  ledger.heard(entry, spent, Date.now());
}
