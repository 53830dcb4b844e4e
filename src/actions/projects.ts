import { hideFromLocalOwner } from '../auth/local-owner.ts';
import { forgetProjectRoles, forgetStanding } from '../auth/memberships.ts';
import { forgetRunnersOf } from '../auth/runner-lookup.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { LOCAL_PROJECT_ID, PROJECT_ID } from '../contract/id.ts';
import type { Listing } from '../contract/listing.ts';
import { admit, type Role, roleIn } from '../contract/principal.ts';
import {
  ENVIRONMENT_NAME,
  PROJECTS_MAX,
  type Project,
  type ProjectsQuery,
} from '../contract/project.ts';
import type { ChangeProjectBody, CreateProjectBody } from '../contract/project-request.ts';
import type { Reply } from '../contract/reply.ts';
import { platformDb } from '../db/database.ts';
import {
  changeProject,
  findProject,
  hideProject,
  insertProject,
  listProjects as listRows,
  type ProjectRow,
} from '../db/projects.ts';
import { projectObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { changeOnce } from './change-once.ts';
import { closeSocketsOn } from './close-sockets.ts';
import { commit, once } from './effect.ts';
import { checkHeader } from './environment.ts';
import { forgetProject, PROJECT_NOT_FOUND } from './known-project.ts';
import { ensureLocalProject } from './local-project.ts';
import { insertBelongingsAfter, newProjectRow, projectView, wrongMember } from './new-project.ts';
import { readPage } from './paging.ts';
import { checkRevision, type Precondition, requireRevision } from './precondition.ts';

const UNKNOWN_ENVIRONMENT = refuse('unknown_environment', 'No project can have this environment.');
const FORBIDDEN = refuse('environment_forbidden', 'The credential is not for this environment.');
const OWNERS_ONLY = refuse('role_too_low', 'Only an owner may do this.', {
  hint: 'Ask an owner of the project.',
});

const LOCAL_STAYS = refuse('in_use', 'The default project of the local owner stays.');

export interface Entered {
  readonly row: ProjectRow;
  readonly role: Role;
}

/** A project as it is now, if the caller may do in it what it asks. Else it does not exist. */
export async function loadProject(ask: Ask, id: string): Promise<Result<Entered>> {
  if (!PROJECT_ID.test(id)) return PROJECT_NOT_FOUND;
  const admitted = admit(ask.actor, { projectId: id }, PROJECT_NOT_FOUND);
  const role = roleIn(ask.actor, id);
  // Who is no member is told so without a look, as fast as of a project that never was.
  if (role === undefined) return PROJECT_NOT_FOUND;
  if (id === LOCAL_PROJECT_ID) await ensureLocalProject(ask);
  const row = await findProject(platformDb(ask.env), id);
  if (row === null) return PROJECT_NOT_FOUND;
  if (!admitted.ok) return admitted;
  const environments = row.environments.map(({ name }) => name);
  const header = checkHeader(ask, { environments });
  return header.ok ? ok({ row, role }) : header;
}

export async function listProjects(
  ask: Ask,
  query: ProjectsQuery,
): Promise<Result<Listing<Project>>> {
  const { actor, environment } = ask;
  if (environment !== undefined) {
    if (!ENVIRONMENT_NAME.test(environment)) return UNKNOWN_ENVIRONMENT;
    if (actor.environments?.includes(environment) === false) return FORBIDDEN;
  }
  await ensureLocalProject(ask);
  const ids = actor.projects === 'all' ? null : Object.keys(actor.projects);
  const wanted = { ids, text: query.q, environment };
  return readPage(
    ask,
    { query, filter: { list: 'projects', q: query.q ?? null, environment: environment ?? null } },
    (slice) => listRows(platformDb(ask.env), wanted, slice),
    (row) => projectView(row, roleIn(actor, row.id) ?? 'viewer'),
  );
}

export async function getProject(ask: Ask, id: string): Promise<Result<Project>> {
  const entered = await loadProject(ask, id);
  return entered.ok ? ok(projectView(entered.value.row, entered.value.role)) : entered;
}

/** Makes a project with its environments; the caller owns it. */
export async function createProject(
  ask: Ask,
  body: CreateProjectBody,
): Promise<Result<Reply<Project>>> {
  if (ask.credential.projectIds !== undefined) {
    return refuse('scope_exceeds_yours', 'The credential is for some projects only.');
  }
  return once(ask, async () => {
    const made = newProjectRow(ask, body);
    if (!made.ok) return made;
    const { id } = made.value;
    const { config } = body;
    // Before the project exists, for nobody finds it yet; a crash in between leaves nothing that can be found.
    if (config !== undefined) {
      const kept = await projectObject(ask.env, id).changeConfig(body.name, config);
      if (!kept.ok) return kept;
    }
    const done = await commitProject(ask, made.value);
    const isMade = done.ok && done.value.replayed === undefined;
    if (config !== undefined && !isMade) await projectObject(ask.env, id).erase(1);
    return done;
  });
}

async function commitProject(ask: Ask, row: ProjectRow): Promise<Result<Reply<Project>>> {
  const { actor, env } = ask;
  const view = projectView(row, 'owner');
  const done = await commit<Project>(ask, {
    statements: [
      insertProject(platformDb(env), row, PROJECTS_MAX),
      ...insertBelongingsAfter(env, row),
    ],
    deed: {
      projectId: row.id,
      action: 'project.created',
      target: { type: 'project', id: row.id },
      changes: { before: null, after: { name: row.name } },
    },
    reply: {
      status: 201,
      body: view,
      headers: { Location: `/v1/projects/${row.id}`, ETag: `"v${row.revision}"` },
    },
  });
  if (done === null) {
    return refuse('limit_reached', `You are a member of ${PROJECTS_MAX} projects already.`);
  }
  forgetStanding(actor.id);
  return done;
}

const shownOf = ({ name, description, defaultEnvironment }: ProjectRow) => ({
  name,
  description,
  defaultEnvironment,
});

/** Changes what the body names. */
export function patchProject(
  ask: Ask,
  id: string,
  { body, precondition }: { readonly body: ChangeProjectBody; readonly precondition: Precondition },
): Promise<Result<Reply<Project>>> {
  return changeOnce(
    ask,
    () => loadProject(ask, id),
    async ({ row, role }) => {
      const fits = checkRevision(precondition, row);
      if (!fits.ok) return fits;
      const wanted = { ...row, ...given(body) };
      if (!wanted.environments.some(({ name }) => name === wanted.defaultEnvironment)) {
        return wrongMember('defaultEnvironment', 'DefaultEnvironment must name an environment');
      }
      const after = { ...wanted, updatedAt: ask.now, revision: row.revision + 1 };
      const done = await commit<Project>(ask, {
        statements: [changeProject(platformDb(ask.env), wanted, ask.now)],
        deed: {
          projectId: id,
          action: 'project.changed',
          target: { type: 'project', id },
          changes: { before: shownOf(row), after: shownOf(after) },
        },
        reply: {
          status: 200,
          body: projectView(after, role),
          headers: { ETag: `"v${after.revision}"` },
        },
      });
      forgetProject(id);
      return done;
    },
  );
}

/** What a body names, without what it leaves out. */
const given = ({ name, description, defaultEnvironment }: ChangeProjectBody) => ({
  ...(name === undefined ? {} : { name }),
  ...(description === undefined ? {} : { description }),
  ...(defaultEnvironment === undefined ? {} : { defaultEnvironment }),
});

/**
 * Puts a project out of sight, and all that is in it: at once here, within 30 s in other isolates. It is kept for 30
 * days and then deleted by `purgeProjects`.
 */
export function deleteProject(
  ask: Ask,
  id: string,
  precondition: Precondition,
): Promise<Result<Reply<null>>> {
  return changeOnce(
    ask,
    async () => {
      const entered = await loadProject(ask, id);
      return entered.ok && entered.value.role !== 'owner' ? OWNERS_ONLY : entered;
    },
    async ({ row }) => {
      const fits = requireRevision(precondition, row);
      if (!fits.ok) return fits;
      if (id === LOCAL_PROJECT_ID) return LOCAL_STAYS;
      const done = await commit(ask, {
        statements: hideProject(platformDb(ask.env), row, ask.now),
        deed: {
          projectId: id,
          action: 'project.deleted',
          target: { type: 'project', id },
          changes: { before: shownOf(row), after: null },
        },
        reply: { status: 204, body: null },
      });
      forgetProject(id);
      forgetProjectRoles(id);
      if (done !== null) hideFromLocalOwner(id);
      forgetRunnersOf(id);
      if (done?.ok) await closeSocketsOn(ask.env, id);
      return done;
    },
  );
}
