// The table `members`: who belongs to a project, and as what.

import type { Role } from '../contract/principal.ts';
import type { ProjectDb } from './database.ts';

export interface MemberRow {
  readonly principalId: string;
  /** Null where the principal is of this machine alone. */
  readonly name: string | null;
  readonly email: string | null;
  readonly role: Role;
  readonly addedBy: string;
  readonly createdAt: number;
  readonly revision: number;
}

/** The key, by which lists are paged, is the principal. */
export type ListedMember = MemberRow & { readonly id: string };

const SELECT = `SELECT m.principal_id AS principalId, m.principal_id AS id, coalesce(u.name, c.name) AS name, u.email,
  m.role, m.added_by AS addedBy, m.created_at AS createdAt, m.revision FROM members m
  LEFT JOIN users u ON u.id = m.principal_id LEFT JOIN clients c ON c.id = m.principal_id
  WHERE m.project_id = ?1`;
const FIND = `${SELECT} AND m.principal_id = ?2`;
const PAGE = `${SELECT} AND (?2 IS NULL OR m.principal_id < ?2) ORDER BY m.principal_id DESC LIMIT ?3 OFFSET ?4`;
const COUNT = 'SELECT count(*) AS total FROM members WHERE project_id = ?1';

const COLUMNS = '(project_id, principal_id, role, added_by, created_at)';
const INSERT = `INSERT INTO members ${COLUMNS} SELECT ?1, ?2, ?3, ?4, ?5
  WHERE NOT EXISTS (SELECT 1 FROM members WHERE project_id = ?1 AND principal_id = ?2)
  AND (SELECT count(*) FROM members WHERE project_id = ?1) < ?6`;
const INSERT_AFTER = `INSERT INTO members ${COLUMNS} SELECT ?1, ?2, ?3, ?4, ?5 WHERE changes() > 0`;
const INSERT_MISSING = `INSERT OR IGNORE INTO members ${COLUMNS} VALUES (?1, ?2, ?3, ?4, ?5)`;

/** There is an owner besides this one. */
const OTHER_OWNER = `EXISTS (SELECT 1 FROM members o WHERE o.project_id = ?1 AND o.role = 'owner'
  AND o.principal_id <> ?2)`;
const CHANGE = `UPDATE members SET role = ?4, revision = revision + 1
  WHERE project_id = ?1 AND principal_id = ?2 AND revision = ?3
  AND (role <> 'owner' OR ?4 = 'owner' OR ${OTHER_OWNER})`;
/** In two steps of one batch, so that what lies between them can tell whether the first has changed anything. */
const MARK = `UPDATE members SET role = 'leaving' WHERE project_id = ?1 AND principal_id = ?2 AND revision = ?3
  AND (role <> 'owner' OR ${OTHER_OWNER})`;
const NO_DEFAULT = `UPDATE users SET default_project_id = NULL WHERE id = ?2 AND default_project_id = ?1
  AND EXISTS (SELECT 1 FROM members WHERE project_id = ?1 AND principal_id = ?2 AND role = 'leaving')`;
const REMOVE_MARKED = `DELETE FROM members WHERE project_id = ?1 AND principal_id = ?2 AND role = 'leaving'`;
const HAS_EMAIL = `SELECT 1 FROM members m JOIN users u ON u.id = m.principal_id
  WHERE m.project_id = ?1 AND lower(u.email) = ?2`;
const SERVICE = 'SELECT name FROM clients WHERE id = ? AND disabled_at IS NULL';

export const findMember = (db: ProjectDb, principalId: string): Promise<MemberRow | null> =>
  db.prepare(FIND, principalId).first<MemberRow>();

export async function listMembers(
  db: ProjectDb,
  page: {
    readonly limit: number;
    readonly offset: number;
    readonly after: string | null;
    readonly counted: boolean;
  },
): Promise<{ readonly rows: readonly ListedMember[]; readonly total: number | null }> {
  const { limit, offset, after, counted } = page;
  const rows = db.prepare(PAGE, after, limit, offset);
  const batch = counted ? [rows, db.prepare(COUNT)] : [rows];
  const [found, total] = await db.batch<ListedMember & { total: number }>(batch);
  return { rows: found?.results ?? [], total: total?.results[0]?.total ?? null };
}

export type NewMember = Pick<MemberRow, 'principalId' | 'role' | 'addedBy' | 'createdAt'>;

const valuesOf = (row: NewMember) =>
  [row.principalId, row.role, row.addedBy, row.createdAt] as const;

/** Changes nothing where they are a member already, or the project has `max` of them. */
export const insertMember = (db: ProjectDb, row: NewMember, max: number): D1PreparedStatement =>
  db.prepare(INSERT, ...valuesOf(row), max);

/** For a batch: written only if the statement before it has changed a row. */
export const insertMemberAfter = (db: ProjectDb, row: NewMember): D1PreparedStatement =>
  db.prepare(INSERT_AFTER, ...valuesOf(row));

/** Changes nothing where they are a member already. */
export const insertMissingMember = (db: ProjectDb, row: NewMember): D1PreparedStatement =>
  db.prepare(INSERT_MISSING, ...valuesOf(row));

type Known = Pick<MemberRow, 'principalId' | 'revision'>;

/** Changes nothing where the revision is another by now, or no owner would be left. */
export const changeRole = (db: ProjectDb, known: Known, role: Role): D1PreparedStatement =>
  db.prepare(CHANGE, known.principalId, known.revision, role);

/** Changes nothing where the revision is another by now, or no owner would be left. */
export const removeMember = (
  db: ProjectDb,
  { principalId, revision }: Known,
): readonly [D1PreparedStatement, ...D1PreparedStatement[]] => [
  db.prepare(MARK, principalId, revision),
  db.prepare(NO_DEFAULT, principalId),
  db.prepare(REMOVE_MARKED, principalId),
];

/** Whether a person with this address, in lower case, is a member. */
export async function hasMemberWithEmail(db: ProjectDb, email: string): Promise<boolean> {
  return (await db.prepare(HAS_EMAIL, email).first()) !== null;
}

/** The name of a service that may be added; null where there is none. */
export const findServiceName = (db: D1Database, clientId: string): Promise<string | null> =>
  db.prepare(SERVICE).bind(clientId).first<string>('name');
