import { ok, type Result, refuse } from '../contract/error.ts';
import { ENVIRONMENTS_MAX, type Environment } from '../contract/project.ts';
import type { ChangeEnvironmentBody, NewEnvironmentBody } from '../contract/project-request.ts';
import type { Reply } from '../contract/reply.ts';
import { ProjectDb, platformDb } from '../db/database.ts';
import {
  changeEnvironment,
  type EnvironmentRow,
  insertEnvironment,
  removeEnvironment,
} from '../db/environments.ts';
import { touchProjectAfter } from '../db/projects.ts';
import type { Ask } from './ask.ts';
import { changeOnce } from './change-once.ts';
import { commit } from './effect.ts';
import { checkEnvironment } from './environment.ts';
import { forgetProject } from './known-project.ts';
import { environmentView, newEnvironment } from './new-project.ts';
import { checkRevision, type Precondition } from './precondition.ts';
import { type Entered, loadProject } from './projects.ts';
import { mayChangeProtection } from './protection.ts';

const NOT_FOUND = refuse('not_found', 'Environment not found');

/** Environments have no revision of their own: each change of one is a change of the project. */
interface Change {
  readonly action: string;
  readonly before: EnvironmentRow | null;
  readonly after: EnvironmentRow | null;
  readonly statement: D1PreparedStatement;
}

/** The project, if the caller may change this environment of it. */
async function enter(ask: Ask, projectId: string, name: string): Promise<Result<Entered>> {
  const entered = await loadProject(ask, projectId);
  const mayChange = checkEnvironment(ask, name);
  return entered.ok && !mayChange.ok ? mayChange : entered;
}

/** Those of the project, the standard three first. There are at most ten, so they come whole. */
export async function listEnvironments(
  ask: Ask,
  projectId: string,
): Promise<Result<{ readonly data: readonly Environment[]; readonly revision: number }>> {
  const entered = await loadProject(ask, projectId);
  if (!entered.ok) return entered;
  const { environments, revision } = entered.value.row;
  return ok({ data: environments.map(environmentView), revision });
}

async function commitChange<T>(
  ask: Ask,
  { row }: Entered,
  { action, before, after, statement }: Change,
): Promise<Result<Reply<T>> | null> {
  const name = (after ?? before)?.name ?? '';
  const headers = { ETag: `"v${row.revision + 1}"` };
  const path = `/v1/projects/${row.id}/environments`;
  const reply: Reply<unknown> =
    after === null
      ? { status: 204, body: null }
      : before === null
        ? {
            status: 201,
            body: environmentView(after),
            headers: { ...headers, Location: `${path}/${name}` },
          }
        : { status: 200, body: environmentView(after), headers };
  const done = await commit<T>(ask, {
    statements: [statement, touchProjectAfter(platformDb(ask.env), row, ask.now)],
    deed: {
      projectId: row.id,
      action,
      target: { type: 'environment', id: name },
      environment: name,
      changes: {
        before: before && environmentView(before),
        after: after && environmentView(after),
      },
    },
    // What a change answers is what its caller says it does.
    reply: reply as Reply<T>,
  });
  forgetProject(row.id);
  return done;
}

export function createEnvironment(
  ask: Ask,
  projectId: string,
  body: NewEnvironmentBody,
): Promise<Result<Reply<Environment>>> {
  return changeOnce(
    ask,
    () => enter(ask, projectId, body.name),
    async (entered) => {
      const { environments, revision } = entered.row;
      if (environments.some(({ name }) => name === body.name)) {
        return refuse('conflict', 'The project has an environment of this name.');
      }
      if (environments.length >= ENVIRONMENTS_MAX) {
        return refuse('limit_reached', `A project has at most ${ENVIRONMENTS_MAX} environments.`);
      }
      const made = newEnvironment(body);
      const db = new ProjectDb(ask.env, projectId);
      return commitChange<Environment>(ask, entered, {
        action: 'environment.created',
        before: null,
        after: { ...made, currentDeploymentId: null, createdAt: ask.now },
        statement: insertEnvironment(db, made, { revision, now: ask.now }),
      });
    },
  );
}

interface Named {
  readonly projectId: string;
  readonly name: string;
  readonly precondition: Precondition;
}

const find = ({ row }: Entered, name: string): EnvironmentRow | undefined =>
  row.environments.find((environment) => environment.name === name);

/** If-Match is the revision of the project. */
export function patchEnvironment(
  ask: Ask,
  { projectId, name, precondition }: Named,
  body: ChangeEnvironmentBody,
): Promise<Result<Reply<Environment>>> {
  return changeOnce(
    ask,
    () => enter(ask, projectId, name),
    async (entered) => {
      const before = find(entered, name);
      if (before === undefined) return NOT_FOUND;
      const fits = checkRevision(precondition, entered.row);
      if (!fits.ok) return fits;
      const after = {
        ...before,
        url: body.url === undefined ? before.url : body.url,
        isProduction: body.isProduction ?? before.isProduction,
        protected: body.protected ?? before.protected,
        approval: body.approval === undefined ? before.approval : body.approval,
      };
      const may = mayChangeProtection(ask, before, after);
      if (!may.ok) return may;
      const db = new ProjectDb(ask.env, projectId);
      const statement = changeEnvironment(db, after, entered.row.revision);
      return commitChange<Environment>(ask, entered, {
        action: 'environment.changed',
        before,
        after,
        statement,
      });
    },
  );
}

/** One with a live deployment stays, and so does the default one. If-Match is the revision of the project. */
export function deleteEnvironment(
  ask: Ask,
  { projectId, name, precondition }: Named,
): Promise<Result<Reply<null>>> {
  return changeOnce(
    ask,
    () => enter(ask, projectId, name),
    async (entered) => {
      const before = find(entered, name);
      if (before === undefined) return NOT_FOUND;
      const fits = checkRevision(precondition, entered.row);
      if (!fits.ok) return fits;
      const may = mayChangeProtection(ask, before, null);
      if (!may.ok) return may;
      if (entered.row.defaultEnvironment === name) {
        return refuse('in_use', 'It is the default environment of the project.');
      }
      if (before.currentDeploymentId !== null) {
        return refuse('in_use', 'A deployment is live in this environment.');
      }
      const db = new ProjectDb(ask.env, projectId);
      const statement = removeEnvironment(db, name, entered.row.revision);
      return commitChange<null>(ask, entered, {
        action: 'environment.deleted',
        before,
        after: null,
        statement,
      });
    },
  );
}
