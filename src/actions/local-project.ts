// The default project of the local owner. Tasks need no row of it; who looks at projects does.

import { LOCAL_OWNER_ID, LOCAL_PROJECT_ID } from '../contract/id.ts';
import { ProjectDb, platformDb } from '../db/database.ts';
import { insertMissingEnvironments } from '../db/environments.ts';
import { insertMissingMember } from '../db/members.ts';
import { insertMissingProject } from '../db/projects.ts';
import type { Ask } from './ask.ts';
import { LOCAL_PROJECT } from './known-project.ts';
import { newEnvironments } from './new-project.ts';

let isMade = false;

/** Makes the rows of the local project for its owner, where this isolate has not done so; made twice they are the same. */
export async function ensureLocalProject({ env, actor, now }: Ask): Promise<void> {
  if (actor.id !== LOCAL_OWNER_ID || isMade) return;
  const db = platformDb(env);
  const own = new ProjectDb(env, LOCAL_PROJECT_ID);
  const by = { createdBy: LOCAL_OWNER_ID, createdAt: now };
  const owner = { principalId: LOCAL_OWNER_ID, role: 'owner', addedBy: LOCAL_OWNER_ID } as const;
  await db.batch([
    insertMissingProject(db, { ...LOCAL_PROJECT, description: '', ...by }),
    insertMissingEnvironments(own, newEnvironments([]), now),
    insertMissingMember(own, { ...owner, createdAt: now }),
  ]);
  isMade = true;
}
