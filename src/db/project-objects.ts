// The objects that work for rows of a project: what has to end with it.

import type { ProjectDb } from './database.ts';

const MONITORS = 'SELECT id FROM monitors WHERE project_id = ?1';
const ENDPOINTS = 'SELECT id FROM webhook_endpoints WHERE project_id = ?1';
const REMOVE_ENDPOINT = 'DELETE FROM webhook_endpoints WHERE project_id = ?1 AND id = ?2';

/** The ids of those of one project, of which there are few. */
export async function objectsOf(
  db: ProjectDb,
): Promise<{ readonly monitors: readonly string[]; readonly endpoints: readonly string[] }> {
  const [monitors, endpoints] = await db.batch<{ id: string }>([
    db.prepare(MONITORS),
    db.prepare(ENDPOINTS),
  ]);
  return {
    monitors: (monitors?.results ?? []).map(({ id }) => id),
    endpoints: (endpoints?.results ?? []).map(({ id }) => id),
  };
}

export const removeEndpointRow = (db: ProjectDb, id: string): Promise<unknown> =>
  db.prepare(REMOVE_ENDPOINT, id).run();
