// Principals and credentials that tests ask with.

import { env } from 'cloudflare:workers';
import { authenticate } from '../../src/auth/authenticate.ts';
import { newId, newTaskId } from '../../src/auth/id.ts';
import { newSecret } from '../../src/auth/secret.ts';
import { hashSecret } from '../../src/auth/secret-hash.ts';
import { LOCAL_PROJECT_ID } from '../../src/contract/id.ts';
import { upsertRunner } from '../../src/db/runners.ts';

export const NOW = Date.UTC(2026, 10, 21);

export const work = {
  taskId: newTaskId(NOW),
  attempt: 2,
  epoch: 7,
  projectId: LOCAL_PROJECT_ID,
  runnerId: newId('run', NOW),
  initiator: 'usr_local',
};

/** A runner with its token; the same instance again is the same runner. */
export async function newRunner(instanceId = newId('i', NOW)) {
  const token = newSecret('run');
  const hash = await hashSecret(env, token);
  const owner = { projectId: LOCAL_PROJECT_ID, ownerId: 'usr_local', instanceId };
  const rest = { name: 'mac', labels: ['linux'], capacity: 2, createdAt: NOW };
  const made = await upsertRunner(env.DB, { id: newId('run', NOW), hash, ...owner, ...rest });
  return { token, instanceId, ...made };
}

export const whoIs = (token: string, nowMs = NOW) =>
  authenticate(env, { authorization: `Bearer ${token}`, host: 'localhost', nowMs });
