// The default project of a person, which the first request that needs one makes.

import { forgetStanding } from '../auth/memberships.ts';
import { ok, type Result } from '../contract/error.ts';
import { platformDb } from '../db/database.ts';
import { findProject, insertProjectAfter } from '../db/projects.ts';
import { findDefaultProject, takeDefaultProject } from '../db/standing.ts';
import type { Ask } from './ask.ts';
import { commit } from './effect.ts';
import { checkHeader } from './environment.ts';
import { knownOf, PROJECT_NOT_FOUND, type Project } from './known-project.ts';
import { DEFAULT_PROJECT, insertBelongingsAfter, newProjectRow } from './new-project.ts';

/** The default project of the caller, which has been found to have none. Of many first requests one makes it. */
export async function ensureDefaultProject(ask: Ask): Promise<Result<Project>> {
  const { actor, credential, env } = ask;
  // A credential that is for some projects is not for one that does not exist yet.
  if (actor.kind !== 'person' || credential.projectIds !== undefined) return PROJECT_NOT_FOUND;
  const made = newProjectRow(ask, DEFAULT_PROJECT);
  if (!made.ok) return made;
  const row = made.value;
  const db = platformDb(env);
  // The answer that an Idempotency-Key keeps is that of the request, not of what it had to make first.
  const done = await commit(
    { ...ask, idempotency: null },
    {
      statements: [
        takeDefaultProject(db, actor.id, row.id),
        insertProjectAfter(db, row),
        ...insertBelongingsAfter(env, row),
      ],
      deed: {
        projectId: row.id,
        action: 'project.created',
        target: { type: 'project', id: row.id },
      },
      reply: { status: 201, body: null },
    },
  );
  forgetStanding(actor.id);
  const found = done === null ? await existing(ask) : ok(row);
  if (!found.ok) return found;
  const project = knownOf(found.value);
  const header = checkHeader(ask, project);
  return header.ok ? ok(project) : header;
}

/** Another request was faster. */
async function existing({ env, actor }: Ask) {
  const db = platformDb(env);
  const id = await findDefaultProject(db, actor.id);
  const row = id === null ? null : await findProject(db, id);
  return row === null ? PROJECT_NOT_FOUND : ok(row);
}
