import { ok, type Result } from '../../contract/error.ts';
import { TASK_ID } from '../../contract/id.ts';
import { ProjectDb } from '../../db/database.ts';
import { removeTasks, unknownTasks } from '../../db/tasks.ts';
import { taskObject } from '../../rpc/stubs.ts';
import type { QueueTable } from './queue-table.ts';

const PAGE = 100;

export interface RebuiltPage {
  rebuilt: number;
  removed: number;
  next: string | null;
}

/**
 * Writes a page of the project's rows in the listing anew, and removes those of tasks that do not exist. A row that the
 * queue does not know may be of a task that was made meanwhile: the task itself is asked.
 */
export async function rebuildPage(
  env: Env,
  queue: QueueTable,
  { projectId, after }: { readonly projectId: string; readonly after: string },
): Promise<Result<RebuiltPage>> {
  const ids = queue.idsAfter(after, PAGE);
  const upTo = ids.length === PAGE ? ids.at(-1) : undefined;
  for (const id of ids) await taskObject(env, id).relist();
  const db = new ProjectDb(env, projectId);
  const strangers = await unknownTasks(db, { after, upTo }, ids, PAGE);
  const gone: string[] = [];
  for (const id of strangers) {
    const exists = TASK_ID.test(id) && (await taskObject(env, id).relist());
    if (!exists) gone.push(id);
  }
  const removed = gone.length === 0 ? 0 : await removeTasks(db, gone);
  const next = (strangers.length === PAGE ? strangers.at(-1) : upTo) ?? null;
  return ok({ rebuilt: ids.length, removed, next });
}
