import { newId } from '../auth/id.ts';
import { LISTENER_IDLE_MS } from '../contract/listen.ts';
import type { Happening } from '../contract/platform-event.ts';
import { type DatabaseEnv, ProjectDb } from '../db/database.ts';
import { outboxAfter } from '../db/outbox.ts';
import { deleteIdleListener, findIdleListeners, touchListener } from '../db/webhook-listeners.ts';
import { projectDoor, webhookObject } from '../rpc/stubs.ts';

export type ListenersEnv = DatabaseEnv & Pick<Env, 'PROJECT' | 'WEBHOOK'>;

const AT_ONCE_MAX = 50;

/** Deletes the endpoints of listeners that have not come for seven days. */
export async function forgetListeners(env: ListenersEnv, now: number): Promise<void> {
  const before = now - LISTENER_IDLE_MS;
  const idle = await findIdleListeners(env, before, AT_ONCE_MAX);
  const done = await Promise.allSettled(idle.map((one) => forget(env, one, { before, now })));
  const failed = done.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function forget(
  env: ListenersEnv,
  { id, projectId }: { readonly id: string; readonly projectId: string },
  { before, now }: { readonly before: number; readonly now: number },
): Promise<void> {
  const db = new ProjectDb(env, projectId);
  // One that has listened all the time is not idle.
  if (await webhookObject(env, id).isHeard()) {
    await touchListener(db, id, now).run();
    return;
  }
  const gone: Happening = {
    id: newId('evt', now),
    type: 'errand:endpoint',
    environment: null,
    subject: id,
    data: {},
    at: now,
  };
  await db.batch([deleteIdleListener(db, id, before), outboxAfter(db, gone)]);
  await projectDoor(env, projectId, 'events').relay();
}
