// What has to be done without anybody asking, once a minute.

import { logLine } from '../contract/log-line.ts';
import { platformDb } from '../db/database.ts';
import { deleteExpired } from '../db/expired.ts';
import { forgetListeners, type ListenersEnv } from './forget-listeners.ts';
import { type PurgeEnv, purgeProjects } from './purge-projects.ts';
import { type RelayEnv, relayOutboxes } from './relay-outboxes.ts';
import { type RotationEnv, rotateKeys } from './rotate-keys.ts';

/** Turns the keys, clears what is over and what was deleted long ago. One part that fails does not keep the other from its work. */
export async function housekeeping(
  env: RotationEnv & PurgeEnv & RelayEnv & ListenersEnv,
  now: number,
): Promise<void> {
  const done = await Promise.allSettled([
    rotateKeys(env, now),
    deleteExpired(platformDb(env), now),
    purgeProjects(env, now),
    relayOutboxes(env, now),
    forgetListeners(env, now),
  ]);
  for (const part of done) {
    if (part.status === 'fulfilled') continue;
    const error = String(part.reason);
    console.error(logLine({ level: 'error', message: 'Housekeeping failed', error }));
  }
}
