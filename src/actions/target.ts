// Which object a request means. Ids are checked for their form here, so a caller's text never names an object.

import { ok, type Result, refuse, TASK_NOT_FOUND } from '../contract/error.ts';
import { LOCAL_PROJECT_ID, PROJECT_ID, TASK_ID } from '../contract/id.ts';
import { isMember } from '../contract/principal.ts';
import { platformDb } from '../db/database.ts';
import { findProject } from '../db/projects.ts';
import { type TaskClient, taskObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';

export interface Project {
  readonly id: string;
  readonly name: string;
}

const PROJECT_NOT_FOUND = refuse('not_found', 'Project not found');
const LOCAL_PROJECT: Project = { id: LOCAL_PROJECT_ID, name: 'my-project' };

/** Names of projects by id. They rarely change, and with them D1 may be away. */
const known = new Map<string, { readonly project: Project; readonly until: number }>();
const KNOWN_MS = 30_000;

/** The task's object, if the id has the form of one. Whether it exists, and is yours, the object says. */
export function targetTask(ask: Ask, id: string): Result<TaskClient> {
  return TASK_ID.test(id) ? ok(taskObject(ask.env, id)) : TASK_NOT_FOUND;
}

async function readProject(ask: Ask, id: string): Promise<Result<Project>> {
  const cached = known.get(id);
  if (cached !== undefined && cached.until > ask.now) return ok(cached.project);
  try {
    const row = await findProject(platformDb(ask.env), id);
    if (row === null) return PROJECT_NOT_FOUND;
    const project = { id, name: row.name };
    known.set(id, { project, until: ask.now + KNOWN_MS });
    return ok(project);
  } catch {
    // D1 is away: a name that is half a minute old is as good as any.
    if (cached !== undefined) return ok(cached.project);
    return refuse('unavailable', 'The project cannot be looked up at the moment.');
  }
}

/** The project that a request means: the one it names, else the caller's default. A foreign one does not exist. */
export async function targetProject(ask: Ask, id: string | undefined): Promise<Result<Project>> {
  const { actor } = ask;
  const wanted = id ?? actor.defaultProjectId;
  if (!PROJECT_ID.test(wanted)) return PROJECT_NOT_FOUND;
  if (!isMember(actor, wanted)) return PROJECT_NOT_FOUND;
  return wanted === LOCAL_PROJECT_ID ? ok(LOCAL_PROJECT) : readProject(ask, wanted);
}
