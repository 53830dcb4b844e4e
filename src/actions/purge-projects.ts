import { DELETED_KEPT_MS } from '../contract/project.ts';
import { platformDb } from '../db/database.ts';
import { projectsDeletedBefore, removeProjectRows } from '../db/project-remains.ts';
import { projectObject } from '../rpc/stubs.ts';

/** What one call does at most, so that it ends within the limits of one scheduled run. */
const PROJECTS_AT_ONCE = 5;
const TASKS_AT_ONCE = 100;

/**
 * Deletes for ever what was deleted more than 30 days ago: tasks and the project's object first, so that a crash in
 * between leaves a row by which they are found again. Returns how many projects are gone; one with many tasks takes
 * several calls.
 */
export type PurgeEnv = Pick<Env, 'DB' | 'PROJECT'>;

export async function purgeProjects(env: PurgeEnv, now: number): Promise<number> {
  const db = platformDb(env);
  const ids = await projectsDeletedBefore(db, now - DELETED_KEPT_MS, PROJECTS_AT_ONCE);
  let gone = 0;
  for (const id of ids) {
    const isEmpty = await projectObject(env, id).erase(TASKS_AT_ONCE);
    if (!isEmpty) continue;
    await removeProjectRows(env, id);
    gone += 1;
  }
  return gone;
}
