// A principal and its roles, in one go: the tables `users` or `clients`, `members`, `projects`.

import { ROLES, type Role } from '../contract/principal.ts';

export interface Standing {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  /** Empty while there is none. */
  readonly defaultProjectId: string;
  /** Of a service: its own limit, in requests a minute. */
  readonly ratePerMinute: number | null;
  /** Of a service: the version of the API that it was made for. */
  readonly apiVersion: string | null;
  /** The role in each project that is not deleted, at most 1,000 of them. */
  readonly roles: Readonly<Record<string, Role>>;
}

interface PrincipalRow {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly defaultProjectId: string | null;
  readonly ratePerMinute: number | null;
  readonly apiVersion: string | null;
}

const PERSON = `SELECT id, name, email, default_project_id AS defaultProjectId,
  NULL AS ratePerMinute, NULL AS apiVersion FROM users
  WHERE id = ? AND disabled_at IS NULL`;
const SERVICE = `SELECT id, name, NULL AS email, project_id AS defaultProjectId,
  rate_per_minute AS ratePerMinute, api_version AS apiVersion FROM clients
  WHERE id = ? AND disabled_at IS NULL`;
const ROLES_OF = `SELECT m.project_id AS projectId, m.role FROM members m
  JOIN projects p ON p.id = m.project_id AND p.deleted_at IS NULL
  WHERE m.principal_id = ? ORDER BY m.project_id DESC LIMIT 1000`;

const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

/** Null for a principal that does not exist or is disabled. */
export async function findStanding(db: D1Database, principalId: string): Promise<Standing | null> {
  const isService = principalId.startsWith('cli_');
  const [found, roles] = await db.batch<PrincipalRow & { projectId: string; role: string }>([
    db.prepare(isService ? SERVICE : PERSON).bind(principalId),
    db.prepare(ROLES_OF).bind(principalId),
  ]);
  const principal = found?.results[0];
  if (principal === undefined) return null;
  const { defaultProjectId, id, name, email, ratePerMinute, apiVersion } = principal;
  const rows = (roles?.results ?? []).filter(({ role }) => isRole(role));
  return {
    id,
    name,
    email,
    ratePerMinute,
    apiVersion,
    defaultProjectId: defaultProjectId ?? '',
    roles: Object.fromEntries(rows.map(({ projectId, role }) => [projectId, role as Role])),
  };
}

const TAKE_DEFAULT =
  'UPDATE users SET default_project_id = ?2 WHERE id = ?1 AND default_project_id IS NULL';
const FIND_DEFAULT = `SELECT default_project_id FROM users JOIN members m ON m.principal_id = users.id
  AND m.project_id = users.default_project_id WHERE users.id = ?`;

/** Makes this the default project of a person who has none. */
export const takeDefaultProject = (
  db: D1Database,
  userId: string,
  projectId: string,
): D1PreparedStatement => db.prepare(TAKE_DEFAULT).bind(userId, projectId);

/** Null while a person has none. */
export const findDefaultProject = (db: D1Database, userId: string): Promise<string | null> =>
  db.prepare(FIND_DEFAULT).bind(userId).first<string>('default_project_id');

const DELETED = 'SELECT id FROM projects WHERE deleted_at IS NOT NULL LIMIT 1000';

/** Projects that are out of sight and not yet gone. */
export async function deletedProjects(db: D1Database): Promise<readonly string[]> {
  const { results } = await db.prepare(DELETED).all<{ id: string }>();
  return results.map(({ id }) => id);
}

const ADDRESS = `SELECT id, name, email, email_verified_at AS emailVerifiedAt FROM users
  WHERE id = ? AND disabled_at IS NULL`;

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  /** Null for an address that nobody has vouched for. */
  readonly emailVerifiedAt: number | null;
}

/** A person with their address; null for one who does not exist or is disabled. */
export const findPerson = (db: D1Database, userId: string): Promise<Person | null> =>
  db.prepare(ADDRESS).bind(userId).first<Person>();
