import type { JsonText } from '../contract/json-text.ts';
import type { TaskRow } from '../contract/task.ts';
import type { ProjectDb } from './database.ts';
import { removeGatesOf } from './gates.ts';

/** What a list is asked for. */
export interface TaskFilter {
  readonly statuses: readonly string[];
  readonly workflow: string | undefined;
  readonly text: string | undefined;
  /** Null: all of them. */
  readonly environments: readonly string[] | null;
}

const UPSERT_SQL = `INSERT INTO tasks(id, project_id, status, workflow, description, trashed, archived, seq, body, environment)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?11)
       ON CONFLICT(id) DO UPDATE SET status = ?3, trashed = ?6, archived = ?7, seq = ?8, body = ?9
       WHERE tasks.seq < ?8 OR ?10 = 1`;

/** Writes the row of a task. A late write of an older state changes nothing, unless it is to `overwrite`. */
export function upsertTask(
  db: D1Database,
  task: {
    readonly row: TaskRow;
    readonly environment: string;
    readonly seq: number;
    readonly overwrite?: boolean;
  },
): D1PreparedStatement {
  const { row, environment, seq, overwrite = false } = task;
  return db
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
      environment,
    );
}

/**
 * A filter that is null filters nothing. `instr`, for LIKE patterns end at 50 bytes; both sides are lower case already,
 * for SQL folds ASCII only.
 */
const PAGE_SQL = `SELECT id, body FROM tasks WHERE project_id = ?1 AND trashed = 0 AND archived = 0
  AND (?2 IS NULL OR workflow = ?2) AND (?3 IS NULL OR instr(description, ?3) > 0)
  AND (?4 IS NULL OR environment IN (SELECT value FROM json_each(?4)))
  AND (?5 IS NULL OR id < ?5) ORDER BY id DESC LIMIT ?6 OFFSET ?7`;
const STATUS_SQL = `SELECT id, body FROM tasks WHERE project_id = ?1 AND status = ?2 AND trashed = 0 AND archived = 0
  AND (?3 IS NULL OR workflow = ?3) AND (?4 IS NULL OR instr(description, ?4) > 0)
  AND (?5 IS NULL OR environment IN (SELECT value FROM json_each(?5)))
  AND (?6 IS NULL OR id < ?6) ORDER BY id DESC LIMIT ?7`;
const COUNT_SQL = `SELECT count(*) AS total FROM tasks WHERE project_id = ?1 AND trashed = 0 AND archived = 0
  AND (?2 IS NULL OR workflow = ?2) AND (?3 IS NULL OR instr(description, ?3) > 0)
  AND (?5 IS NULL OR environment IN (SELECT value FROM json_each(?5)))
  AND (json_array_length(?4) = 0 OR status IN (SELECT value FROM json_each(?4)))`;

/** A row as `upsertTask` wrote it. */
export const fromStored = ({ body }: { body: string }): TaskRow =>
  // Our own bytes, written by upsertTask.
  JSON.parse(body) as TaskRow;

/** A row of the table: its key, and what a list shows of it. */
export interface StoredTask {
  readonly id: string;
  readonly body: JsonText<TaskRow>;
}

interface Page {
  readonly before: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

const restOf = ({ workflow, text, environments }: TaskFilter) =>
  [
    workflow ?? null,
    text?.toLowerCase() ?? null,
    environments === null ? null : JSON.stringify(environments),
  ] as const;

/** At most `limit` rows, newest first, older than `before`. Ids sort by creation, so they are the key. */
export async function listTasks(
  db: ProjectDb,
  filter: TaskFilter,
  page: Page,
): Promise<StoredTask[]> {
  const { before = null, limit, offset } = page;
  const rest = restOf(filter);
  if (filter.statuses.length === 0) {
    const all = db.prepare(PAGE_SQL, ...rest, before, limit, offset);
    return (await all.all<StoredTask>()).results;
  }
  // A page of each status by its own index: a rare one is found without a walk over all tasks.
  const pages = [...new Set(filter.statuses)].map((status) =>
    db.prepare(STATUS_SQL, status, ...rest, before, limit + offset),
  );
  const found = await db.batch<StoredTask>(pages);
  return found
    .flatMap(({ results }) => results)
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(offset, offset + limit);
}

const BY_IDS_SQL = `SELECT tasks.body FROM json_each(?2) AS wanted
  JOIN tasks ON tasks.id = wanted.value AND +tasks.project_id = ?1 ORDER BY wanted.key`;

/** The rows of these tasks that are there, in the order of the ids. */
export async function findTasks(db: ProjectDb, ids: readonly string[]): Promise<TaskRow[]> {
  const { results } = await db.prepare(BY_IDS_SQL, JSON.stringify(ids)).all<{ body: string }>();
  return results.map(fromStored);
}

export async function countTasks(db: ProjectDb, filter: TaskFilter): Promise<number> {
  const [workflow, text, environments] = restOf(filter);
  const statuses = JSON.stringify(filter.statuses);
  const counted = db.prepare(COUNT_SQL, workflow, text, statuses, environments);
  return (await counted.first<number>('total')) ?? 0;
}

const UNKNOWN_SQL = `SELECT id FROM tasks WHERE project_id = ?1 AND id > ?2 AND (?3 IS NULL OR id <= ?3)
         AND id NOT IN (SELECT value FROM json_each(?4)) ORDER BY id LIMIT ?5`;
/** By the key: the plus keeps the index of the project out of it, which is as long as the project has tasks. */
const REMOVE_SQL = `DELETE FROM tasks WHERE id IN (SELECT value FROM json_each(?2)) AND +project_id = ?1`;

/** What the listing holds between two ids of a project and `known` does not: at most `limit` ids, in order. */
export async function unknownTasks(
  db: ProjectDb,
  range: { readonly after: string; readonly upTo: string | undefined },
  known: readonly string[],
  limit: number,
): Promise<string[]> {
  const { results } = await db
    .prepare(UNKNOWN_SQL, range.after, range.upTo ?? null, JSON.stringify(known), limit)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** Removes their rows, and those of their gates. */
export async function removeTasks(db: ProjectDb, ids: readonly string[]): Promise<number> {
  const [removed] = await db.batch([
    db.prepare(REMOVE_SQL, JSON.stringify(ids)),
    removeGatesOf(db, ids),
  ]);
  return removed?.meta.changes ?? 0;
}
