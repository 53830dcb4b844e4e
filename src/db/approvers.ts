// Where something is to be approved, and by whom: the tables `environments` and `members`.

import { type ApprovalPolicy, approvingRoles, DEFAULT_APPROVAL } from '../contract/approval.ts';
import type { Role } from '../contract/principal.ts';
import type { ProjectDb } from './database.ts';

const PLACE = `SELECT protected AS isProtected, approval, current_deployment_id AS currentDeploymentId,
  EXISTS (SELECT 1 FROM deployments d WHERE d.id = e.current_deployment_id AND d.project_id = ?1) AS isKnown
  FROM environments e WHERE e.project_id = ?1 AND e.name = ?2`;
const ENABLED = `LEFT JOIN users u ON u.id = m.principal_id
  WHERE m.project_id = ?1 AND m.principal_id LIKE 'usr%' AND u.disabled_at IS NULL`;
/** More than these make no difference. */
const ELIGIBLE = `SELECT m.principal_id FROM members m ${ENABLED}
  AND (m.role IN (SELECT value FROM json_each(?2)) OR (m.role IN (SELECT value FROM json_each(?3))
    AND (m.principal_id IN (SELECT value FROM json_each(?4))
      OR u.name IN (SELECT value FROM json_each(?4))))) LIMIT 2`;
const STANDINGS = `SELECT m.principal_id AS id, m.role FROM members m ${ENABLED}
  AND m.principal_id IN (SELECT value FROM json_each(?2))`;

export interface FoundPlace {
  /** What is asked for before a promotion; null where the environment is not protected. */
  readonly policy: ApprovalPolicy | null;
  /** How many people could approve, 2 for more than one. */
  readonly eligible: number;
  readonly currentDeploymentId: string | null;
  /** Whether what is live there has a row. */
  readonly isKnown: boolean;
}

/** An environment as deployments see it; null where it does not exist. */
export async function findPlace(db: ProjectDb, environment: string): Promise<FoundPlace | null> {
  const row = await db.prepare(PLACE, environment).first<{
    readonly isProtected: number;
    readonly approval: string | null;
    readonly currentDeploymentId: string | null;
    readonly isKnown: number;
  }>();
  if (row === null) return null;
  const { currentDeploymentId } = row;
  const live = { currentDeploymentId, isKnown: row.isKnown === 1 };
  if (row.isProtected === 0) return { policy: null, eligible: 0, ...live };
  // Our own bytes, written with the environment.
  const own = row.approval && (JSON.parse(row.approval) as ApprovalPolicy);
  const policy = own || DEFAULT_APPROVAL;
  return { policy, eligible: await countEligible(db, policy.from), ...live };
}

/** How many people could approve, 2 for more than one. */
export async function countEligible(
  db: ProjectDb,
  from: readonly string[] | null,
): Promise<number> {
  const people = (from ?? []).map((entry) => entry.replace(/^user:/, ''));
  const lists = [approvingRoles(from), approvingRoles(null), people];
  const { results } = await db
    .prepare(ELIGIBLE, ...lists.map((list) => JSON.stringify(list)))
    .all();
  return results.length;
}

/** The roles that these people have at the moment; who has none is not in it. */
export async function findStandings(
  db: ProjectDb,
  ids: readonly string[],
): Promise<Readonly<Record<string, Role>>> {
  if (ids.length === 0) return {};
  const { results } = await db.prepare(STANDINGS, JSON.stringify(ids)).all<{
    readonly id: string;
    readonly role: Role;
  }>();
  return Object.fromEntries(results.map(({ id, role }) => [id, role]));
}
