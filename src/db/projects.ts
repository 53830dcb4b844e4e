// The table `projects`, each row with its environments: one statement a project, or a page of them.

import type { EnvironmentRow } from './environments.ts';

export interface ProjectRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly defaultEnvironment: string;
  readonly environments: readonly EnvironmentRow[];
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly revision: number;
}

type Raw = Omit<ProjectRow, 'environments'> & { readonly environments: string };

const ENVIRONMENTS_OF = `(SELECT json_group_array(json_object('name', e.name, 'url', e.url,
    'isProduction', json(iif(e.is_production, 'true', 'false')), 'protected', json(iif(e.protected, 'true', 'false')),
    'approval', json(e.approval), 'currentDeploymentId', e.current_deployment_id, 'createdAt', e.created_at) ORDER BY e.rowid)
  FROM environments e WHERE e.project_id = projects.id)`;
const COLUMNS = `id, name, description, default_environment AS defaultEnvironment,
  ${ENVIRONMENTS_OF} AS environments, created_by AS createdBy, created_at AS createdAt,
  updated_at AS updatedAt, revision`;

const FIND = `SELECT ${COLUMNS} FROM projects WHERE id = ? AND deleted_at IS NULL`;

/** A filter that is null filters nothing. `instr`, for LIKE patterns end at 50 bytes. */
const WANTED = `deleted_at IS NULL AND (?1 IS NULL OR instr(iif(search = '', lower(name), search), ?1) > 0)
  AND (?2 IS NULL OR EXISTS (SELECT 1 FROM environments e WHERE e.project_id = projects.id AND e.name = ?2))`;
const AMONG = 'AND id IN (SELECT value FROM json_each(?3))';
const PAGE = 'AND (?4 IS NULL OR id < ?4) ORDER BY id DESC LIMIT ?5 OFFSET ?6';
const LIST_ALL = `SELECT ${COLUMNS} FROM projects WHERE ${WANTED} AND ?3 IS NULL ${PAGE}`;
const LIST_AMONG = `SELECT ${COLUMNS} FROM projects WHERE ${WANTED} ${AMONG} ${PAGE}`;
const COUNT_ALL = `SELECT count(*) AS total FROM projects WHERE ${WANTED} AND ?3 IS NULL`;
const COUNT_AMONG = `SELECT count(*) AS total FROM projects WHERE ${WANTED} ${AMONG}`;

const INTO = `INTO projects
  (id, name, description, default_environment, created_by, created_at, updated_at, search)`;
const INSERT = `INSERT ${INTO} SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7
  WHERE (SELECT count(*) FROM members WHERE principal_id = ?5) < ?8`;
const INSERT_AFTER = `INSERT ${INTO} SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7 WHERE changes() > 0`;
const INSERT_MISSING = `INSERT OR IGNORE ${INTO} VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)`;
const CHANGE = `UPDATE projects SET name = ?3, description = ?4, default_environment = ?5, search = ?6,
  updated_at = ?7, revision = revision + 1 WHERE id = ?1 AND revision = ?2 AND deleted_at IS NULL`;
const TOUCH = `UPDATE projects SET updated_at = ?3, revision = revision + 1
  WHERE id = ?1 AND revision = ?2 AND changes() > 0`;
const TOUCH_ANYHOW = `UPDATE projects SET updated_at = ?2, revision = revision + 1
  WHERE id = ?1 AND changes() > 0`;
const HIDE = `UPDATE projects SET deleted_at = ?3, revision = revision + 1
  WHERE id = ?1 AND revision = ?2 AND deleted_at IS NULL`;
const HIDDEN =
  'UPDATE projects SET updated_at = ?3 WHERE id = ?1 AND revision = ?2 + 1 AND deleted_at = ?3';
const NO_DEFAULT = 'UPDATE users SET default_project_id = NULL WHERE default_project_id = ?1';

const rowOf = ({ environments, ...row }: Raw): ProjectRow => ({
  ...row,
  // Made of our own columns by the statement.
  environments: JSON.parse(environments) as EnvironmentRow[],
});

export async function findProject(db: D1Database, id: string): Promise<ProjectRow | null> {
  const raw = await db.prepare(FIND).bind(id).first<Raw>();
  return raw && rowOf(raw);
}

export interface ProjectsWanted {
  /** Null: all of them. */
  readonly ids: readonly string[] | null;
  readonly text: string | undefined;
  /** Those that have an environment of this name. */
  readonly environment: string | undefined;
}

interface Slice {
  readonly limit: number;
  readonly offset: number;
  readonly after: string | null;
  readonly counted: boolean;
}

/** A page, newest first, and how many there are where they are to be counted. */
export async function listProjects(
  db: D1Database,
  { ids, text, environment }: ProjectsWanted,
  { limit, offset, after, counted }: Slice,
): Promise<{ readonly rows: readonly ProjectRow[]; readonly total: number | null }> {
  const among = ids === null ? null : JSON.stringify(ids);
  const wanted = [text?.toLowerCase() ?? null, environment ?? null, among];
  const page = db
    .prepare(ids === null ? LIST_ALL : LIST_AMONG)
    .bind(...wanted, after, limit, offset);
  const count = db.prepare(ids === null ? COUNT_ALL : COUNT_AMONG).bind(...wanted);
  const [found, total] = await db.batch<Raw & { total: number }>(counted ? [page, count] : [page]);
  return { rows: (found?.results ?? []).map(rowOf), total: total?.results[0]?.total ?? null };
}

export type NewProject = Omit<ProjectRow, 'environments' | 'updatedAt' | 'revision'>;

const searchOf = ({ name, description }: Pick<ProjectRow, 'name' | 'description'>): string =>
  `${name}\n${description}`.toLowerCase();

const valuesOf = (row: NewProject) => [
  row.id,
  row.name,
  row.description,
  row.defaultEnvironment,
  row.createdBy,
  row.createdAt,
  searchOf(row),
];

/** Changes nothing where its maker is a member of `max` projects already. */
export const insertProject = (db: D1Database, row: NewProject, max: number): D1PreparedStatement =>
  db.prepare(INSERT).bind(...valuesOf(row), max);

/** For a batch: written only if the statement before it has changed a row. */
export const insertProjectAfter = (db: D1Database, row: NewProject): D1PreparedStatement =>
  db.prepare(INSERT_AFTER).bind(...valuesOf(row));

/** Changes nothing where it is there. */
export const insertMissingProject = (db: D1Database, row: NewProject): D1PreparedStatement =>
  db.prepare(INSERT_MISSING).bind(...valuesOf(row));

type Known = Pick<ProjectRow, 'id' | 'revision'>;

/** Changes nothing where the revision is another by now. */
export const changeProject = (
  db: D1Database,
  row: Known & Pick<ProjectRow, 'name' | 'description' | 'defaultEnvironment'>,
  now: number,
): D1PreparedStatement => {
  const { id, revision, name, description, defaultEnvironment } = row;
  return db
    .prepare(CHANGE)
    .bind(id, revision, name, description, defaultEnvironment, searchOf(row), now);
};

/** For a batch: where the statement before it has changed what belongs to the project, that has a new revision. */
export const touchProjectAfter = (db: D1Database, row: Known, now: number): D1PreparedStatement =>
  db.prepare(TOUCH).bind(row.id, row.revision, now);

/** The same, whatever its revision is: what has changed is not for people to change. */
export const touchProjectAnyhow = (db: D1Database, id: string, now: number): D1PreparedStatement =>
  db.prepare(TOUCH_ANYHOW).bind(id, now);

/** Puts it out of sight, where the revision is still this one. Nobody's default project it is any more. */
export const hideProject = (
  db: D1Database,
  { id, revision }: Known,
  now: number,
): readonly [D1PreparedStatement, D1PreparedStatement, D1PreparedStatement] => [
  db.prepare(HIDE).bind(id, revision, now),
  db.prepare(NO_DEFAULT).bind(id),
  // For the audit row follows the last one, which has to change what the first has.
  db.prepare(HIDDEN).bind(id, revision, now),
];
