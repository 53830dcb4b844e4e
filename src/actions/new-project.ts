// What a new project is made of.

import { newId } from '../auth/id.ts';
import { ok, type Result, refuse } from '../contract/error.ts';
import { isoOf } from '../contract/instant.ts';
import type { Actor } from '../contract/principal.ts';
import type { Project } from '../contract/project.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS, ENVIRONMENTS_MAX } from '../contract/project.ts';
import { CreateProjectBody, type NewEnvironmentBody } from '../contract/project-request.ts';
import { ProjectDb } from '../db/database.ts';
import {
  type EnvironmentRow,
  insertEnvironmentsAfter,
  type NewEnvironment,
} from '../db/environments.ts';
import { insertMemberAfter } from '../db/members.ts';
import type { ProjectRow } from '../db/projects.ts';
import { changeConfig } from '../domain/config.ts';

/** The project that everybody has of their own. */
export const DEFAULT_PROJECT = CreateProjectBody.parse({ name: 'Default' });

/** A refusal of one member of the body. */
export const wrongMember = (path: string, message: string) =>
  refuse('validation_failed', message, {
    errors: [{ path, pointer: `/${path.replaceAll('.', '/')}`, code: 'custom', message }],
  });

/** An environment as it is made where the body says no more of it. */
export const newEnvironment = (body: NewEnvironmentBody): NewEnvironment => ({
  name: body.name,
  url: body.url ?? null,
  isProduction: body.isProduction ?? body.name === 'production',
  protected: body.protected ?? false,
  approval: body.approval ?? null,
});

/** The three that always come, and those that are named. */
export function newEnvironments(named: readonly NewEnvironmentBody[]): readonly NewEnvironment[] {
  const standard: readonly string[] = ENVIRONMENTS;
  const overlay = new Map(named.map((body) => [body.name, body]));
  const added = named.filter(({ name }) => !standard.includes(name));
  return [...standard.map((name) => overlay.get(name) ?? { name }), ...added].map(newEnvironment);
}

/** The row of a project that somebody is about to make, or what is wrong with the body. */
export function newProjectRow(
  { actor, now }: { readonly actor: Pick<Actor, 'id'>; readonly now: number },
  body: CreateProjectBody,
): Result<ProjectRow> {
  const made = newEnvironments(body.environments);
  if (made.length > ENVIRONMENTS_MAX) {
    return wrongMember('environments', `A project has at most ${ENVIRONMENTS_MAX} environments`);
  }
  const { name, description, defaultEnvironment = DEFAULT_ENVIRONMENT } = body;
  if (!made.some((environment) => environment.name === defaultEnvironment)) {
    return wrongMember('defaultEnvironment', 'DefaultEnvironment must name an environment');
  }
  const config = body.config === undefined ? ok(null) : checkConfig(name, body.config);
  if (!config.ok) return config;
  const environments = made.map((environment) => ({
    ...environment,
    currentDeploymentId: null,
    createdAt: now,
  }));
  return ok({
    id: newId('prj', now),
    name,
    description,
    defaultEnvironment,
    environments,
    createdBy: actor.id,
    createdAt: now,
    updatedAt: now,
    revision: 1,
  });
}

/** For a batch, behind the row of a project: its environments, and its maker as its owner. */
export function insertBelongingsAfter(env: Env, row: ProjectRow): readonly D1PreparedStatement[] {
  const { id, createdBy, createdAt, environments } = row;
  const db = new ProjectDb(env, id);
  const owner = { principalId: createdBy, role: 'owner', addedBy: createdBy, createdAt } as const;
  return [insertEnvironmentsAfter(db, environments, createdAt), insertMemberAfter(db, owner)];
}

/** Said of `config` what changing the config would say of its members. */
function checkConfig(name: string, config: Readonly<Record<string, unknown>>): Result<null> {
  const changed = changeConfig(name, undefined, config);
  if (changed.ok) return ok(null);
  const errors = changed.refusal.extra?.['errors'];
  const faults: readonly { path: string; message: string }[] = Array.isArray(errors) ? errors : [];
  return refuse('validation_failed', changed.refusal.message, {
    errors: faults.map(({ path, message }) => ({
      path: path === '' ? 'config' : `config.${path}`,
      pointer: path === '' ? '/config' : `/config/${path.replaceAll('.', '/')}`,
      code: 'custom',
      message,
    })),
  });
}

export const environmentView = (row: EnvironmentRow): Project['environments'][number] => ({
  name: row.name,
  url: row.url,
  isProduction: row.isProduction,
  protected: row.protected,
  approval: row.approval,
  currentDeploymentId: row.currentDeploymentId,
  createdAt: isoOf(row.createdAt),
});

export const projectView = (row: ProjectRow, role: Project['role']): Project => ({
  id: row.id,
  name: row.name,
  description: row.description,
  role,
  defaultEnvironment: row.defaultEnvironment,
  environments: row.environments.map(environmentView),
  createdBy: row.createdBy,
  createdAt: isoOf(row.createdAt),
  updatedAt: isoOf(row.updatedAt),
  revision: row.revision,
});
