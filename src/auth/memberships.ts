// What a principal may do where: its roles. They are kept for 30 s in the memory of the isolate, so that who was demoted
// is so after 30 s at the latest; what must not be old asks D1.

import { ok, type Result, refuse } from '../contract/error.ts';
import { logLine } from '../contract/log-line.ts';
import type { Role } from '../contract/principal.ts';
import { platformDb } from '../db/database.ts';
import { findStanding, type Standing } from '../db/standing.ts';
import type { LookupEnv } from './lookup.ts';

const KEEP_MS = 30_000;
const ENTRIES_MAX = 10_000;
const known = new Map<string, { readonly standing: Standing; readonly until: number }>();

const UNAVAILABLE = refuse('unavailable', 'The credential cannot be checked at the moment.');

/**
 * A principal with its roles by project; null for one that does not exist or is disabled. Refuses where D1 is away and
 * memory knows nothing.
 */
export async function standingOf(
  env: LookupEnv,
  principalId: string,
  { nowMs, fresh = false }: { readonly nowMs: number; readonly fresh?: boolean | undefined },
): Promise<Result<Standing | null>> {
  const entry = known.get(principalId);
  if (!fresh && entry !== undefined && entry.until > nowMs) return ok(entry.standing);
  try {
    const standing = await findStanding(platformDb(env), principalId);
    if (standing === null) known.delete(principalId);
    else keep(principalId, standing, nowMs);
    return ok(standing);
  } catch (error) {
    console.error(logLine({ level: 'error', message: 'D1 is away', error: String(error) }));
    return UNAVAILABLE;
  }
}

function keep(principalId: string, standing: Standing, nowMs: number): void {
  if (known.size >= ENTRIES_MAX) known.clear();
  known.set(principalId, { standing, until: nowMs + KEEP_MS });
}

/** Forgets what this isolate knows of a principal, whose roles have changed. */
export function forgetStanding(principalId: string): void {
  known.delete(principalId);
}

/** Forgets all members of a project that has been deleted. */
export function forgetProjectRoles(projectId: string): void {
  for (const [id, { standing }] of known) {
    if (Object.hasOwn(standing.roles, projectId)) known.delete(id);
  }
}

/** The roles that are left where a credential is for some projects only. */
export function rolesWithin(
  roles: Readonly<Record<string, Role>>,
  projectIds: readonly string[] | null,
): Readonly<Record<string, Role>> {
  if (projectIds === null) return roles;
  return Object.fromEntries(Object.entries(roles).filter(([id]) => projectIds.includes(id)));
}
