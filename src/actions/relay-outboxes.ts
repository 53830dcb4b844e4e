import type { DatabaseEnv } from '../db/database.ts';
import { projectsWithOutbox } from '../db/outbox.ts';
import { projectDoor } from '../rpc/stubs.ts';

export type RelayEnv = DatabaseEnv & Pick<Env, 'PROJECT'>;

/** What has just been committed is taken by who committed it. */
const LEFT_LYING_MS = 5_000;
const PROJECTS_MAX = 200;

/** Has projects take what was left lying in their outbox: whoever committed it was ended before it could say so. */
export async function relayOutboxes(env: RelayEnv, now: number): Promise<void> {
  const ids = await projectsWithOutbox(env, now - LEFT_LYING_MS, PROJECTS_MAX);
  await Promise.allSettled(ids.map((id) => projectDoor(env, id, 'events').relay()));
}
