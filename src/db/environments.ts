// The table `environments`: the places of a project where things are deployed.

import type { ApprovalPolicy } from '../contract/approval.ts';
import type { ProjectDb } from './database.ts';

export interface EnvironmentRow {
  readonly name: string;
  readonly url: string | null;
  readonly isProduction: boolean;
  readonly protected: boolean;
  /** Null: what is usual where it is protected. */
  readonly approval: ApprovalPolicy | null;
  readonly currentDeploymentId: string | null;
  readonly createdAt: number;
}

const VALUES = `SELECT ?1, value ->> 'name', value ->> 'url', value ->> 'isProduction',
  value ->> 'protected', nullif(value -> 'approval', 'null'), ?3 FROM json_each(?2)`;
const COLUMNS = '(project_id, name, url, is_production, protected, approval, created_at)';
const INSERT_AFTER = `INSERT INTO environments ${COLUMNS} ${VALUES} WHERE changes() > 0 ORDER BY key`;
const INSERT_MISSING = `INSERT OR IGNORE INTO environments ${COLUMNS} ${VALUES} WHERE 1 ORDER BY key`;
/** Nobody has changed the project meanwhile. */
const STILL =
  'EXISTS (SELECT 1 FROM projects WHERE id = ?1 AND revision = ?2 AND deleted_at IS NULL)';
const INSERT = `INSERT INTO environments ${COLUMNS} SELECT ?1, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ${STILL}`;
const CHANGE = `UPDATE environments SET url = ?4, is_production = ?5, protected = ?6, approval = ?7
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

const valuesOf = (made: NewEnvironment) =>
  [
    made.name,
    made.url,
    made.isProduction ? 1 : 0,
    made.protected ? 1 : 0,
    made.approval && JSON.stringify(made.approval),
  ] as const;

/** Changes nothing where the project has another revision by now. */
export const insertEnvironment = (
  db: ProjectDb,
  made: NewEnvironment,
  { revision, now }: { readonly revision: number; readonly now: number },
): D1PreparedStatement => db.prepare(INSERT, revision, ...valuesOf(made), now);

/** As above. */
export const changeEnvironment = (
  db: ProjectDb,
  changed: NewEnvironment,
  revision: number,
): D1PreparedStatement => db.prepare(CHANGE, revision, ...valuesOf(changed));

/** As above. One with a live deployment stays. */
export const removeEnvironment = (
  db: ProjectDb,
  name: string,
  revision: number,
): D1PreparedStatement => db.prepare(REMOVE, revision, name);
