import type { TaskEvent } from '../../contract/event.ts';
import type { TaskRow } from '../../contract/task.ts';
import type { QueueEntry } from '../../domain/queue.ts';
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
  | 'queue'
  | 'ledger'
  | 'dependencies'
  | 'health'
  | 'metrics'
  | 'board'
  | 'desk'
  | 'deployments'
  | 'events'
>;

interface Taken {
  readonly isNews: boolean;
  readonly events: readonly BoardEvent[];
}

/** Takes in how a task stands and what has happened to it. Told twice, or late, it changes nothing. */
export function takeNews(ctx: DurableObjectState, parts: Parts, news: TaskNews): Taken {
  try {
    return ctx.storage.transactionSync(() => taken(parts, news));
  } catch (error) {
    // Numbers that were given in there are to be given again.
    parts.events.forget();
    parts.board.forget();
    throw error;
  }
}

function taken(
  { queue, ledger, dependencies, health, metrics, board, desk, deployments }: Parts,
  { entry, row, events }: TaskNews,
): Taken {
  const before = queue.markOf(entry.taskId);
  const fresh = events.filter(({ seq }) => seq > before.seq);
  const last = fresh.at(-1);
  const { environment } = entry;
  const where = { environment, workflow: row.workflow, tally: before.tally };
  const mark = last === undefined ? null : { seq: last.seq, tally: metrics.count(where, fresh) };
  const isNews = queue.apply(entry, mark);
  if (isNews) dependencies.apply(entry.taskId, entry.dependencies);
  else if (mark !== null) queue.setMark(entry.taskId, mark);
  if (isNews) ledger.heard(entry, before.spent, Date.now());
  if (isNews) deployments.taskChanged(row);
  health.count(fresh);
  desk.appendOfTask({ row, environment }, fresh);
  const told = fresh.map(({ seq, ...event }) => ({
    ...event,
    taskSeq: seq,
    place: [environment],
  }));
  return { isNews, events: board.append(told) };
}
