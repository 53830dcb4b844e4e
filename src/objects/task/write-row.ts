import { platformDb } from '../../db/database.ts';
import { keepGates, removeGatesOfTask } from '../../db/gates.ts';
import { upsertTask } from '../../db/tasks.ts';
import { changedGates, keptGates } from '../../domain/inbox.ts';
import type { TaskState } from '../../domain/task.ts';
import { listedOf } from '../../domain/view.ts';
import type { Told } from './relay.ts';

/** Writes the row of a task in the listing, and those of the gates that have changed, in one transaction. */
export async function writeNews(env: Env, { state, events }: Told): Promise<void> {
  const db = platformDb(env);
  const row = upsertTask(db, listedOf(state));
  const gates = keepGates(db, changedGates(state, events()));
  // Most changes of a task concern no gate.
  await (gates.length === 0 ? row.run() : db.batch([row, ...gates]));
}

/** Writes the row of a task in the listing anew, and those of its gates. False: there is no task to write of. */
export async function writeRow(env: Env, state: TaskState | null): Promise<boolean> {
  if (state === null) return false;
  const db = platformDb(env);
  await db.batch([
    upsertTask(db, { ...listedOf(state), overwrite: true }),
    removeGatesOfTask(db, state.id),
    ...keepGates(db, keptGates(state)),
  ]);
  return true;
}
