// The owner of the machine, for requests without a credential in open mode. They own all projects but those that were
// deleted: these are read once, for open mode runs in one isolate, which sees each deletion.

import { ok, type Result } from '../contract/error.ts';
import { LOCAL_OWNER_ID, LOCAL_PROJECT_ID } from '../contract/id.ts';
import { type Actor, type Caller, SCOPES } from '../contract/principal.ts';
import { platformDb } from '../db/database.ts';
import { deletedProjects } from '../db/standing.ts';
import type { LookupEnv } from './lookup.ts';

const ownerWithout = (gone: readonly string[]): Result<Caller> =>
  ok({
    actor: {
      id: LOCAL_OWNER_ID,
      name: 'local owner',
      kind: 'person',
      scopes: SCOPES,
      projects: 'all',
      ...(gone.length === 0 ? {} : { gone }),
      defaultProjectId: LOCAL_PROJECT_ID,
      open: true,
    },
    credential: { kind: 'open', id: null },
  });

const EVERYTHING = ownerWithout([]);
let known: { readonly gone: readonly string[]; readonly owner: Result<Caller> } | undefined;

export function localOwner(env: LookupEnv): Result<Caller> | Promise<Result<Caller>> {
  return known?.owner ?? load(env);
}

/** For a credential of the local owner's own: the projects that it does not reach any more. */
export async function goneProjects(env: LookupEnv): Promise<Pick<Actor, 'gone'>> {
  if (known === undefined) await load(env);
  return known === undefined || known.gone.length === 0 ? {} : { gone: known.gone };
}

async function load(env: LookupEnv): Promise<Result<Caller>> {
  try {
    keep(await deletedProjects(platformDb(env)));
    return known?.owner ?? EVERYTHING;
  } catch {
    // D1 is away, and with it all but the tasks themselves; the next request looks again.
    return EVERYTHING;
  }
}

function keep(gone: readonly string[]): void {
  known = { gone, owner: gone.length === 0 ? EVERYTHING : ownerWithout(gone) };
}

/** A project has been deleted. */
export function hideFromLocalOwner(projectId: string): void {
  if (known !== undefined) keep([...known.gone, projectId]);
}
