// Which object a request means. Ids are checked for their form here, so a caller's text never names an object.

import { ok, type Result, TASK_NOT_FOUND } from '../contract/error.ts';
import { PROJECT_ID, TASK_ID } from '../contract/id.ts';
import { admit } from '../contract/principal.ts';
import { type TaskClient, type TaskDoor, taskDoor, taskObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { ensureDefaultProject } from './default-project.ts';
import { checkHeader } from './environment.ts';
import { PROJECT_NOT_FOUND, type Project, readProject } from './known-project.ts';

/**
 * The task's object, if the id has the form of one. Whether it exists, and is yours, the object says. The header
 * AeThex-Environment has to name an environment of its project, which only who sends one pays a look for.
 */
export async function targetTask(ask: Ask, id: string): Promise<Result<TaskClient>> {
  if (!TASK_ID.test(id)) return TASK_NOT_FOUND;
  const task = taskObject(ask.env, id);
  if (ask.environment === undefined) return ok(task);
  const entry = await task.entry();
  // What does not exist or is foreign is refused by the object, as it is without the header.
  if (entry === null || !admit(ask.actor, entry, TASK_NOT_FOUND).ok) return ok(task);
  const project = await readProject(ask, entry.projectId);
  if (!project.ok) return project.refusal.code === 'not_found' ? TASK_NOT_FOUND : project;
  const header = checkHeader(ask, project.value);
  return header.ok ? ok(task) : header;
}

/** A part of what can be asked of that object. */
export async function targetDoor<P extends TaskDoor>(
  ask: Ask,
  id: string,
  part: P,
): Promise<Result<ReturnType<typeof taskDoor<P>>>> {
  const target = await targetTask(ask, id);
  return target.ok ? ok(taskDoor(ask.env, id, part)) : target;
}

/**
 * The project of something that was found by its own id, if it exists and the caller may do there what it asks; else
 * `foreign`. The header AeThex-Environment has to name an environment of it.
 */
export async function enterProject(
  ask: Ask,
  projectId: string,
  foreign = PROJECT_NOT_FOUND,
): Promise<Result<Project>> {
  const admitted = admit(ask.actor, { projectId }, foreign);
  if (!admitted.ok) return admitted;
  const project = await readProject(ask, projectId);
  if (!project.ok) return project.refusal.code === 'not_found' ? foreign : project;
  const header = checkHeader(ask, project.value);
  return header.ok ? project : header;
}

/**
 * The project that a request means: the one it names, else the caller's default, which is made where there is none
 * yet. A foreign one does not exist.
 */
export async function targetProject(ask: Ask, id: string | undefined): Promise<Result<Project>> {
  const { actor } = ask;
  if (id === undefined && actor.defaultProjectId === '') return ensureDefaultProject(ask);
  const wanted = id ?? actor.defaultProjectId;
  if (!PROJECT_ID.test(wanted)) return PROJECT_NOT_FOUND;
  return enterProject(ask, wanted);
}
