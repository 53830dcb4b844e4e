// The table `outbox`: what has happened and is to be told. A row is written in the batch of its effect and deleted once
// the object of the project has taken it, so nothing that happened goes untold.

import type { Happening } from '../contract/platform-event.ts';
import { type ProjectDb, platformDb } from './database.ts';

export interface OutboxRow extends Happening {
  readonly seq: number;
}

const COLUMNS = '(project_id, id, type, environment, subject, data, created_at)';
const AFTER = `INSERT INTO outbox ${COLUMNS} SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE changes() > 0`;
const OPEN = `SELECT seq, id, type, environment, subject, data, created_at AS at FROM outbox
  WHERE project_id = ?1 ORDER BY seq LIMIT ?2`;
const TAKEN = `DELETE FROM outbox WHERE project_id = ?1 AND seq <= ?2
  AND seq NOT IN (SELECT value FROM json_each(?3))`;
/** From one project to the next by the index, so that one with many rows hides no other. */
const LEFT = `WITH RECURSIVE waiting(id) AS (
    SELECT min(project_id) FROM outbox
    UNION ALL SELECT (SELECT min(project_id) FROM outbox WHERE project_id > waiting.id) FROM waiting
    WHERE waiting.id IS NOT NULL)
  SELECT id FROM waiting WHERE
    (SELECT created_at FROM outbox WHERE project_id = waiting.id ORDER BY seq LIMIT 1) <= ?1 LIMIT ?2`;

/** For a batch: written only if the statement before it has changed a row. */
export const outboxAfter = (db: ProjectDb, happening: Happening): D1PreparedStatement =>
  db.prepare(
    AFTER,
    happening.id,
    happening.type,
    happening.environment,
    happening.subject,
    JSON.stringify(happening.data),
    happening.at,
  );

/** The oldest that nobody has taken yet. */
export async function readOutbox(db: ProjectDb, limit: number): Promise<readonly OutboxRow[]> {
  const { results } = await db
    .prepare(OPEN, limit)
    .all<Omit<OutboxRow, 'data'> & { readonly data: string }>();
  // Our own bytes, written above.
  return results.map((row) => ({ ...row, data: JSON.parse(row.data) as OutboxRow['data'] }));
}

/** They have been taken, up to this one, but for those that are `left`. */
export const clearOutbox = (
  db: ProjectDb,
  seq: number,
  left: readonly number[] = [],
): D1PreparedStatement => db.prepare(TAKEN, seq, JSON.stringify(left));

/** Projects with something to tell that has lain since before a time, in milliseconds. */
export async function projectsWithOutbox(
  env: Parameters<typeof platformDb>[0],
  before: number,
  limit: number,
): Promise<readonly string[]> {
  const { results } = await platformDb(env).prepare(LEFT).bind(before, limit).all<{ id: string }>();
  return results.map(({ id }) => id);
}
