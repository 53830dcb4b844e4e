// The table `environments`: the places of a project where things are deployed.

import type { ProjectDb } from './database.ts';

export interface EnvironmentRow {
  readonly name: string;
  readonly url: string | null;
  readonly isProduction: boolean;
  readonly protected: boolean;
  readonly currentDeploymentId: string | null;
  readonly createdAt: number;
}

const VALUES = `SELECT ?1, value ->> 'name', value ->> 'url', value ->> 'isProduction',
  value ->> 'protected', ?3 FROM json_each(?2)`;
const COLUMNS = '(project_id, name, url, is_production, protected, created_at)';
const INSERT_AFTER = `INSERT INTO environments ${COLUMNS} ${VALUES} WHERE changes() > 0 ORDER BY key`;
const INSERT_MISSING = `INSERT OR IGNORE INTO environments ${COLUMNS} ${VALUES} WHERE 1 ORDER BY key`;
/** Nobody has changed the project meanwhile. */
const STILL =
  'EXISTS (SELECT 1 FROM projects WHERE id = ?1 AND revision = ?2 AND deleted_at IS NULL)';
const INSERT = `INSERT INTO environments ${COLUMNS} SELECT ?1, ?3, ?4, ?5, ?6, ?7 WHERE ${STILL}`;
const CHANGE = `UPDATE environments SET url = ?4, is_production = ?5, protected = ?6
  WHERE project_id = ?1 AND name = ?3 AND ${STILL}`;
const REMOVE = `DELETE FROM environments WHERE project_id = ?1 AND name = ?3
  AND current_deployment_id IS NULL AND ${STILL}`;

export type NewEnvironment = Omit<EnvironmentRow, 'currentDeploymentId' | 'createdAt'>;

/** For a batch: written only if the statement before it has changed a row. */
export const insertEnvironmentsAfter = (
  db: ProjectDb,
  made: readonly NewEnvironment[],
  now: number,
): D1PreparedStatement => db.prepare(INSERT_AFTER, JSON.stringify(made), now);

/** Changes nothing where they are there. */
export const insertMissingEnvironments = (
  db: ProjectDb,
  made: readonly NewEnvironment[],
  now: number,
): D1PreparedStatement => db.prepare(INSERT_MISSING, JSON.stringify(made), now);

/** Changes nothing where the project has another revision by now. */
export const insertEnvironment = (
  db: ProjectDb,
  { name, url, isProduction, protected: isProtected }: NewEnvironment,
  { revision, now }: { readonly revision: number; readonly now: number },
): D1PreparedStatement =>
  db.prepare(INSERT, revision, name, url, isProduction ? 1 : 0, isProtected ? 1 : 0, now);

/** As above. */
export const changeEnvironment = (
  db: ProjectDb,
  { name, url, isProduction, protected: isProtected }: NewEnvironment,
  revision: number,
): D1PreparedStatement =>
  db.prepare(CHANGE, revision, name, url, isProduction ? 1 : 0, isProtected ? 1 : 0);

/** As above. One with a live deployment stays. */
export const removeEnvironment = (
  db: ProjectDb,
  name: string,
  revision: number,
): D1PreparedStatement => db.prepare(REMOVE, revision, name);
