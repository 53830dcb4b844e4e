import { platformDb } from '../db/database.ts';
import { upsertTask } from '../db/tasks.ts';
import type { TaskState } from '../domain/task.ts';
import { listedOf } from '../domain/view.ts';

/** Writes the row of the listing anew, whatever it says now. */
export const writeRow = (env: Env, state: TaskState): Promise<unknown> =>
  upsertTask(platformDb(env), { ...listedOf(state), overwrite: true });
