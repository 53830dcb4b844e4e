import { isOpenMode } from '../auth/origin.ts';
import type { AskedAction } from '../contract/gate-action.ts';
import { LOCAL_OWNER_ID } from '../contract/id.ts';
import { logLine } from '../contract/log-line.ts';
import { type Actor, ROLE_SCOPES } from '../contract/principal.ts';
import { ProjectDb } from '../db/database.ts';
import { findStandingPlace, type Grantor } from '../db/standing-grantors.ts';
import { readAction } from '../domain/gate-action.ts';
import type { StandingVote } from '../domain/gate-command.ts';
import type { KeptStanding } from '../domain/standing.ts';
import { projectDoor, taskObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';

/** A use that is counted, and how it is given back where nothing came of it. */
export interface TakenStanding {
  readonly vote: StandingVote;
  readonly giveBack: () => Promise<unknown>;
}

const LOCAL_OWNER: Grantor = { id: LOCAL_OWNER_ID, name: 'local owner', role: 'owner' };

/** What the grantor may do now, and nothing else. */
const actorOf = (projectId: string, { id, name, role }: Grantor): Actor => ({
  id,
  name,
  kind: 'person',
  scopes: ROLE_SCOPES[role],
  projects: { [projectId]: role },
  defaultProjectId: projectId,
  open: false,
  asks: 'gates:approve',
});

/** The project of a runner or an agent, which have one alone. */
function ownProject({ projects }: Actor): string | undefined {
  const [projectId, ...others] = projects === 'all' ? [] : Object.keys(projects);
  return others.length === 0 ? projectId : undefined;
}

/** Those of them whose grantors could approve at this moment; null while that cannot be known, so that people are asked. */
async function grantorsOf(
  { env }: Ask,
  place: { readonly projectId: string; readonly environment: string },
  fitting: readonly KeptStanding[],
): Promise<{ readonly by: ReadonlyMap<string, Grantor>; readonly eligible: number } | null> {
  const people = fitting.map(({ createdBy }) => createdBy);
  const db = new ProjectDb(env, place.projectId);
  try {
    const found = await findStandingPlace(db, place.environment, people);
    if (found.isProtected === true) return null;
    const locals = isOpenMode(env) ? [LOCAL_OWNER] : [];
    const able = [...found.grantors, ...locals].filter(({ role }) =>
      ROLE_SCOPES[role].includes('gates:approve'),
    );
    return { by: new Map(able.map((one) => [one.id, one])), eligible: found.eligible };
  } catch (error) {
    console.error(logLine({ level: 'error', message: 'D1 is away', error: String(error) }));
    return null;
  }
}

/**
 * Takes a use of the oldest standing approval that an action of a task fits, whose grantor could approve at this moment;
 * null where there is none. Most actions fit none, which is known without a look into D1.
 */
export async function takeStanding(
  ask: Ask,
  taskId: string,
  wanted: unknown,
): Promise<TakenStanding | null> {
  const { env, now, actor } = ask;
  const projectId = ownProject(actor);
  const action = readAction(wanted);
  if (projectId === undefined || !action.ok) return null;
  const door = projectDoor(env, projectId, 'standing');
  // `readAction` has read it by that very schema.
  const matching = await door.matching(action.value as AskedAction, now);
  if (matching.length === 0) return null;
  const task = taskObject(env, taskId);
  const [entry, facts] = await Promise.all([task.entry(), task.standing()]);
  if (entry?.projectId !== projectId || facts === null) return null;
  const { environment } = entry;
  const fitting = matching.filter((standing) => standing.environment === environment);
  if (fitting.length === 0) return null;
  const grantors = await grantorsOf(ask, { projectId, environment }, fitting);
  for (const { id, createdBy } of grantors === null ? [] : fitting) {
    const grantor = grantors?.by.get(createdBy);
    if (grantor === undefined || grantors === null) continue;
    const taken = await door.take(id, { taskId, spentMicros: facts.spent.costMicros, now });
    if (!taken.ok) continue;
    const { eligible } = grantors;
    const vote = { standingId: id, grantor: actorOf(projectId, grantor), eligible };
    return { vote, giveBack: () => door.giveBack(id) };
  }
  return null;
}
