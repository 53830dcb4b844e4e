// Lists of tasks of their own, in the table `tasks`.

import type { TaskRow } from '../contract/task.ts';
import type { ProjectDb } from './database.ts';
import { fromStored } from './tasks.ts';

/** What waits for a person, what lies out of sight. */
export type Shelf = 'paused' | 'trashed' | 'archived';
const SHELVES: Readonly<Record<Shelf, string>> = {
  paused: "status = 'paused' AND trashed = 0 AND archived = 0",
  trashed: 'trashed = 1',
  archived: 'trashed = 0 AND archived = 1',
};
const shelfSql = (shelf: Shelf) => {
  const where = `project_id = ?1 AND ${SHELVES[shelf]}
    AND (?2 IS NULL OR environment IN (SELECT value FROM json_each(?2)))`;
  return {
    page: `SELECT body FROM tasks WHERE ${where} AND (?3 IS NULL OR id < ?3) ORDER BY id DESC LIMIT ?4`,
    count: `SELECT count(*) AS total FROM tasks WHERE ${where}`,
  };
};

/** A page of a shelf, newest first, and how many tasks lie on it. */
export async function listShelf(
  db: ProjectDb,
  shelf: Shelf,
  page: {
    /** Null: all of them. */
    readonly environments: readonly string[] | null;
    readonly before: string | undefined;
    readonly limit: number;
  },
): Promise<{ rows: TaskRow[]; total: number }> {
  const { before, limit } = page;
  const environments = page.environments === null ? null : JSON.stringify(page.environments);
  const sql = shelfSql(shelf);
  const rows = db.prepare(sql.page, environments, before ?? null, limit);
  const count = db.prepare(sql.count, environments);
  const [found, counted] = await db.batch<{ body: string; total: number }>([rows, count]);
  return {
    rows: (found?.results ?? []).map(fromStored),
    total: counted?.results[0]?.total ?? 0,
  };
}
