// The principal behind a token, as it stands now: a token can never do more than who it is of.

import { ok, type Result } from '../contract/error.ts';
import { LOCAL_OWNER_ID, LOCAL_PROJECT_ID } from '../contract/id.ts';
import type { Actor } from '../contract/principal.ts';
import type { Pat } from '../db/pats.ts';
import { INVALID_CREDENTIAL } from './credential-facts.ts';
import { goneProjects } from './local-owner.ts';
import type { LookupEnv } from './lookup.ts';
import { rolesWithin, standingOf } from './memberships.ts';
import { isOpenMode } from './origin.ts';

type Holder = Pick<Actor, 'id' | 'name' | 'projects' | 'gone' | 'defaultProjectId'>;

/** Refuses where the person does not exist any more; the local owner exists in open mode only. */
export async function holderOf(
  env: LookupEnv,
  { userId, projectIds }: Pick<Pat, 'userId' | 'projectIds'>,
  at: { readonly nowMs: number; readonly fresh: boolean | undefined },
): Promise<Result<Holder>> {
  if (userId === LOCAL_OWNER_ID) {
    if (!isOpenMode(env)) return INVALID_CREDENTIAL;
    return ok({ ...localOwner(projectIds), ...(await goneProjects(env)) });
  }
  const standing = await standingOf(env, userId, at);
  if (!standing.ok) return standing;
  if (standing.value === null) return INVALID_CREDENTIAL;
  const { id, name, roles, defaultProjectId } = standing.value;
  return ok({
    id,
    name,
    projects: rolesWithin(roles, projectIds),
    defaultProjectId: defaultWithin(defaultProjectId, projectIds),
  });
}

function localOwner(projectIds: readonly string[] | null): Holder {
  const projects =
    projectIds === null
      ? 'all'
      : Object.fromEntries(projectIds.map((id) => [id, 'owner'] as const));
  const defaultProjectId = defaultWithin(LOCAL_PROJECT_ID, projectIds);
  return { id: LOCAL_OWNER_ID, name: 'local owner', projects, defaultProjectId };
}

/** A token for other projects than the default one works on its first. */
const defaultWithin = (id: string, projectIds: readonly string[] | null): string =>
  projectIds === null || projectIds.includes(id) ? id : (projectIds[0] ?? id);
