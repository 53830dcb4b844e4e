// By whom, and where, something may be approved beforehand: the tables `members`, `users` and `environments`.

import { approvingRoles } from '../contract/approval.ts';
import type { Role } from '../contract/principal.ts';
import type { ProjectDb } from './database.ts';

const PLACE = 'SELECT protected FROM environments WHERE project_id = ?1 AND name = ?2';
const GRANTORS = `SELECT m.principal_id AS id, u.name, m.role FROM members m
  JOIN users u ON u.id = m.principal_id AND u.disabled_at IS NULL
  WHERE m.project_id = ?1 AND m.principal_id IN (SELECT value FROM json_each(?2))`;
/** More than these make no difference. */
const ELIGIBLE = `SELECT m.principal_id FROM members m
  JOIN users u ON u.id = m.principal_id AND u.disabled_at IS NULL
  WHERE m.project_id = ?1 AND m.role IN (SELECT value FROM json_each(?2)) LIMIT 2`;

export interface Grantor {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

export interface StandingPlace {
  /** Null where the environment does not exist. */
  readonly isProtected: boolean | null;
  /** Those who are still members, with their roles as they are now. */
  readonly grantors: readonly Grantor[];
  /** How many people could approve, 2 for more than one. */
  readonly eligible: number;
}

/** Who of these people could approve what in an environment, as it is now. */
export async function findStandingPlace(
  db: ProjectDb,
  environment: string,
  people: readonly string[],
): Promise<StandingPlace> {
  const [place, grantors, eligible] = await db.batch<unknown>([
    db.prepare(PLACE, environment),
    db.prepare(GRANTORS, JSON.stringify(people)),
    db.prepare(ELIGIBLE, JSON.stringify(approvingRoles(null))),
  ]);
  // The columns of the statements above.
  const [found] = (place?.results ?? []) as { readonly protected: number }[];
  return {
    isProtected: found === undefined ? null : found.protected === 1,
    grantors: (grantors?.results ?? []) as Grantor[],
    eligible: eligible?.results.length ?? 0,
  };
}
