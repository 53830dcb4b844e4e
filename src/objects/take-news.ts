import type { TaskEvent } from '../contract/event.ts';
import type { TaskRow } from '../contract/task.ts';
import type { QueueEntry } from '../domain/queue.ts';
import type { BoardEvent } from './board-table.ts';
import type { projectParts } from './project-parts.ts';

/** What a task tells its project. */
export interface TaskNews {
  readonly entry: QueueEntry;
  /** As the listing shows it. */
  readonly row: TaskRow;
  readonly events: readonly TaskEvent[];
}

type Parts = Pick<
  ReturnType<typeof projectParts>,
  'queue' | 'dependencies' | 'health' | 'board' | 'desk' | 'deployments'
>;

/** Takes in how a task stands and what has happened to it. Told twice, or late, it changes nothing. */
export function takeNews(
  ctx: DurableObjectState,
  { queue, dependencies, health, board, desk, deployments }: Parts,
  { entry, row, events }: TaskNews,
): { readonly isNews: boolean; readonly events: readonly BoardEvent[] } {
  return ctx.storage.transactionSync(() => {
    const before = queue.toldSeq(entry.taskId);
    const fresh = events.filter(({ seq }) => seq > before);
    const last = fresh.at(-1)?.seq ?? null;
    const isNews = queue.apply(entry, last);
    if (isNews) dependencies.apply(entry.taskId, entry.dependencies);
    else if (last !== null) queue.setToldSeq(entry.taskId, last);
    if (isNews) deployments.taskChanged(row);
    health.count(fresh);
    desk.appendOfTask({ row, environment: entry.environment }, fresh);
    return { isNews, events: board.append(fresh) };
  });
}
