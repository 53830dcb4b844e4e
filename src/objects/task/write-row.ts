import { platformDb } from '../../db/database.ts';
import { upsertTask } from '../../db/tasks.ts';
import type { TaskState } from '../../domain/task.ts';
import { listedOf } from '../../domain/view.ts';

/** Writes the row of a task in the listing anew. False: there is no task to write of. */
export async function writeRow(env: Env, state: TaskState | null): Promise<boolean> {
  if (state === null) return false;
  await upsertTask(platformDb(env), { ...listedOf(state), overwrite: true });
  return true;
}
