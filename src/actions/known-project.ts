// What the task API knows of projects: kept for half a minute in the memory of the isolate, and with them D1 may be away.

import { ok, type Result, refuse } from '../contract/error.ts';
import { LOCAL_PROJECT_ID } from '../contract/id.ts';
import { DEFAULT_ENVIRONMENT, ENVIRONMENTS } from '../contract/project.ts';
import { platformDb } from '../db/database.ts';
import { findProject } from '../db/projects.ts';
import type { Ask } from './ask.ts';

/** What the task API has to know of a project. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly defaultEnvironment: string;
  /** Their names. */
  readonly environments: readonly string[];
}

export const PROJECT_NOT_FOUND = refuse('not_found', 'Project not found');
const UNAVAILABLE = refuse('unavailable', 'The project cannot be looked up at the moment.');

/** The default project of the local owner before anybody has asked for it as a project. */
export const LOCAL_PROJECT: Project = {
  id: LOCAL_PROJECT_ID,
  name: 'my-project',
  defaultEnvironment: DEFAULT_ENVIRONMENT,
  environments: ENVIRONMENTS,
};

/** Projects by id. They rarely change, and with them D1 may be away. */
const known = new Map<string, { readonly project: Project; readonly until: number }>();
const KNOWN_MS = 30_000;
const KNOWN_MAX = 10_000;

/** This isolate looks again: the project has changed. */
export function forgetProject(id: string): void {
  known.delete(id);
}

/** A project by its id, whoever asks. */
export async function readProject(ask: Ask, id: string): Promise<Result<Project>> {
  const cached = known.get(id);
  if (cached !== undefined && cached.until > ask.now) return ok(cached.project);
  // A laptop has one isolate, which sees each change of the local project: it need not look twice.
  const isLocal = id === LOCAL_PROJECT_ID;
  try {
    const row = await findProject(platformDb(ask.env), id);
    if (row === null && !isLocal) {
      known.delete(id);
      return PROJECT_NOT_FOUND;
    }
    const project =
      row === null
        ? LOCAL_PROJECT
        : { ...row, environments: row.environments.map(({ name }) => name) };
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(id, { project, until: isLocal ? Number.POSITIVE_INFINITY : ask.now + KNOWN_MS });
    return ok(project);
  } catch {
    // D1 is away: what was so half a minute ago is as good as any.
    if (cached !== undefined) return ok(cached.project);
    return isLocal ? ok(LOCAL_PROJECT) : UNAVAILABLE;
  }
}
