// What is left in D1 of a project that was deleted, in all tables that know of it. The audit stays.

import { type DatabaseEnv, ProjectDb, platformDb } from './database.ts';

const GONE = `SELECT id FROM projects WHERE deleted_at IS NOT NULL AND deleted_at <= ?1
  ORDER BY deleted_at LIMIT ?2`;
const REMAINS: readonly string[] = [
  'DELETE FROM tasks WHERE project_id = ?1',
  'DELETE FROM gates WHERE project_id = ?1',
  'DELETE FROM runners WHERE project_id = ?1',
  'DELETE FROM outbox WHERE project_id = ?1',
  'DELETE FROM deployments WHERE project_id = ?1',
  'DELETE FROM incidents WHERE project_id = ?1',
  'DELETE FROM monitors WHERE project_id = ?1',
  'DELETE FROM webhook_endpoints WHERE project_id = ?1',
  'DELETE FROM environments WHERE project_id = ?1',
  'DELETE FROM members WHERE project_id = ?1',
  'DELETE FROM invitations WHERE project_id = ?1',
  `DELETE FROM client_secrets WHERE client_id IN (SELECT id FROM clients WHERE project_id = ?1)`,
  'DELETE FROM clients WHERE project_id = ?1',
];
const PROJECT = 'DELETE FROM projects WHERE id = ?1 AND deleted_at IS NOT NULL';

/** The ids of at most `max` projects that were deleted before a time, in milliseconds. */
export async function projectsDeletedBefore(
  db: D1Database,
  before: number,
  max: number,
): Promise<readonly string[]> {
  const { results } = await db.prepare(GONE).bind(before, max).all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** Deletes the rows of a project for ever, and with them its services. */
export async function removeProjectRows(env: DatabaseEnv, projectId: string): Promise<void> {
  const own = new ProjectDb(env, projectId);
  const project = platformDb(env).prepare(PROJECT).bind(projectId);
  await own.batch([...REMAINS.map((sql) => own.prepare(sql)), project]);
}
