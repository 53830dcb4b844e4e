import { standingOf } from '../auth/memberships.ts';
import { ok, type Result } from '../contract/error.ts';
import { LOCAL_OWNER_ID } from '../contract/id.ts';
import type { Me } from '../contract/me.ts';
import { ENVIRONMENTS } from '../contract/project.ts';
import type { Ask } from './ask.ts';
import { authModeOf } from './auth-mode.ts';
import { checkHeader } from './environment.ts';
import { readProject } from './known-project.ts';

/** Who the caller is, and what its credential is for. */
export async function readMe(ask: Ask): Promise<Result<Me>> {
  const { env, actor, credential } = ask;
  const { id, kind, name } = actor;
  const header = await checkHome(ask);
  if (!header.ok) return header;
  const email = await emailOf(ask);
  if (!email.ok) return email;
  const { projectIds, expiresAtMs } = credential;
  return ok({
    principal: { id, kind, name, email: email.value },
    authMode: authModeOf(env),
    defaultProjectId: actor.defaultProjectId === '' ? null : actor.defaultProjectId,
    credential: {
      kind: credential.kind,
      id: credential.id,
      scopes: [...actor.scopes],
      projectIds: projectIds === undefined ? null : [...projectIds],
      environments: actor.environments === undefined ? null : [...actor.environments],
      expiresAt: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
    },
  });
}

/** No project is asked for here: the header AeThex-Environment has to fit the default one, or what that will have. */
async function checkHome(ask: Ask): Promise<Result<null>> {
  const { defaultProjectId } = ask.actor;
  if (ask.environment === undefined) return ok(null);
  if (defaultProjectId === '') return checkHeader(ask, { environments: ENVIRONMENTS });
  const project = await readProject(ask, defaultProjectId);
  return project.ok ? checkHeader(ask, project.value) : project;
}

/** Only people have one, and the local owner has none. */
async function emailOf({ env, actor, now }: Ask): Promise<Result<string | null>> {
  if (actor.kind !== 'person' || actor.id === LOCAL_OWNER_ID) return ok(null);
  const standing = await standingOf(env, actor.id, { nowMs: now });
  return standing.ok ? ok(standing.value?.email ?? null) : standing;
}
