import { DELETED_KEPT_MS } from '../contract/project.ts';
import { ProjectDb, platformDb } from '../db/database.ts';
import { objectsOf, removeEndpointRow } from '../db/project-objects.ts';
import { projectsDeletedBefore, removeProjectRows } from '../db/project-remains.ts';
import { monitorObject, projectObject, webhookObject } from '../rpc/stubs.ts';

/** What one call does at most, so that it ends within the limits of one scheduled run. */
const PROJECTS_AT_ONCE = 5;
const TASKS_AT_ONCE = 100;

/**
 * Deletes for ever what was deleted more than 30 days ago: tasks and the project's objects first, so that a crash in
 * between leaves a row by which they are found again. Returns how many projects are gone; one with many tasks takes
 * several calls.
 */
export type PurgeEnv = Pick<Env, 'DB' | 'PROJECT' | 'MONITOR' | 'WEBHOOK'>;

export async function purgeProjects(env: PurgeEnv, now: number): Promise<number> {
  const db = platformDb(env);
  const ids = await projectsDeletedBefore(db, now - DELETED_KEPT_MS, PROJECTS_AT_ONCE);
  let gone = 0;
  for (const id of ids) {
    const isEmpty = await projectObject(env, id).erase(TASKS_AT_ONCE);
    if (!isEmpty) continue;
    await eraseObjects(env, id);
    await removeProjectRows(env, id);
    gone += 1;
  }
  return gone;
}

async function eraseObjects(env: PurgeEnv, projectId: string): Promise<void> {
  const db = new ProjectDb(env, projectId);
  const { monitors, endpoints } = await objectsOf(db);
  await Promise.all(monitors.map((id) => monitorObject(env, id).erase()));
  for (const id of endpoints) {
    // An endpoint whose row is gone erases itself as soon as it looks.
    await removeEndpointRow(db, id);
    await webhookObject(env, id).refresh();
  }
}
