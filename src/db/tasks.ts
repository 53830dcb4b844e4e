import type { TaskRow } from '../contract/task.ts';

/** What a list is asked for. */
export interface TaskFilter {
  readonly projectId: string;
  readonly statuses: readonly string[];
  readonly workflow: string | undefined;
  readonly text: string | undefined;
}

const UPSERT_SQL = `INSERT INTO tasks(id, project_id, status, workflow, description, trashed, archived, seq, body)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
       ON CONFLICT(id) DO UPDATE SET project_id = ?2, status = ?3, workflow = ?4, description = ?5,
         trashed = ?6, archived = ?7, seq = ?8, body = ?9
       WHERE tasks.seq < ?8 OR ?10 = 1`;

/** Writes the row of a task. A late write of an older state changes nothing, unless it is to `overwrite`. */
export async function upsertTask(
  db: D1Database,
  task: { readonly row: TaskRow; readonly seq: number; readonly overwrite?: boolean },
): Promise<void> {
  const { row, seq, overwrite = false } = task;
  await db
    .prepare(UPSERT_SQL)
    .bind(
      row.id,
      row.projectId,
      row.status,
      row.workflow,
      row.description.toLowerCase(),
      row.trashedAt === undefined ? 0 : 1,
      row.archivedAt === undefined ? 0 : 1,
      seq,
      JSON.stringify(row),
      overwrite ? 1 : 0,
    )
    .run();
}

/**
 * `?2` an empty list, `?3` and `?4` null: no filter. `instr`, for LIKE patterns end at 50 bytes; both sides are lower case
 * already, for SQL folds ASCII only.
 */
const WHERE = `project_id = ?1 AND trashed = 0 AND archived = 0
  AND (json_array_length(?2) = 0 OR status IN (SELECT value FROM json_each(?2)))
  AND (?3 IS NULL OR workflow = ?3) AND (?4 IS NULL OR instr(description, ?4) > 0)`;
const PAGE_SQL = `SELECT body FROM tasks WHERE ${WHERE}
  AND (?5 IS NULL OR id < ?5) ORDER BY id DESC LIMIT ?6 OFFSET ?7`;
const COUNT_SQL = `SELECT count(*) AS total FROM tasks WHERE ${WHERE}`;

const filterValues = (filter: TaskFilter) => [
  filter.projectId,
  JSON.stringify(filter.statuses),
  filter.workflow ?? null,
  filter.text?.toLowerCase() ?? null,
];

/** At most `limit` rows, newest first, older than `before`. Ids sort by creation, so they are the key. */
export async function listTasks(
  db: D1Database,
  filter: TaskFilter,
  page: { readonly before: string | undefined; readonly limit: number; readonly offset: number },
): Promise<TaskRow[]> {
  const { results } = await db
    .prepare(PAGE_SQL)
    .bind(...filterValues(filter), page.before ?? null, page.limit, page.offset)
    .all<{ body: string }>();
  // Our own bytes, written by upsertTask.
  return results.map(({ body }) => JSON.parse(body) as TaskRow);
}

export async function countTasks(db: D1Database, filter: TaskFilter): Promise<number> {
  const total = await db
    .prepare(COUNT_SQL)
    .bind(...filterValues(filter))
    .first<number>('total');
  return total ?? 0;
}

const UNKNOWN_SQL = `SELECT id FROM tasks WHERE project_id = ?1 AND id > ?2 AND (?3 IS NULL OR id <= ?3)
         AND id NOT IN (SELECT value FROM json_each(?4)) ORDER BY id LIMIT ?5`;
const REMOVE_SQL = `DELETE FROM tasks WHERE id IN (SELECT value FROM json_each(?))`;

/** What the listing holds between two ids of a project and `known` does not: at most `limit` ids, in order. */
export async function unknownTasks(
  db: D1Database,
  range: { readonly projectId: string; readonly after: string; readonly upTo: string | undefined },
  known: readonly string[],
  limit: number,
): Promise<string[]> {
  const { results } = await db
    .prepare(UNKNOWN_SQL)
    .bind(range.projectId, range.after, range.upTo ?? null, JSON.stringify(known), limit)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

export async function removeTasks(db: D1Database, ids: readonly string[]): Promise<number> {
  const { meta } = await db.prepare(REMOVE_SQL).bind(JSON.stringify(ids)).run();
  return meta.changes;
}
