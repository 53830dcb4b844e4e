import { taskObject } from '../../rpc/stubs.ts';
import { hasTables } from '../migrations.ts';
import { closeSafely } from '../socket-close.ts';
import type { QueueTable } from './queue-table.ts';

const AT_ONCE = 20;

/**
 * Erases at most `max` tasks of a project that is gone, and then the project itself. True once nothing is left; until
 * then it is to be called again.
 */
export async function eraseProject(
  env: Env,
  { ctx, queue }: { readonly ctx: DurableObjectState; readonly queue: QueueTable },
  max: number,
): Promise<boolean> {
  if (!hasTables(ctx.storage)) return true;
  for (const socket of ctx.getWebSockets()) closeSafely(socket, 4410, 'Project deleted');
  const ids = queue.idsAfter('', max);
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    await Promise.all(some.map((id) => taskObject(env, id).purge(null)));
    queue.forget(some);
  }
  if (ids.length === max) return false;
  await ctx.storage.deleteAlarm();
  await ctx.storage.deleteAll();
  return true;
}
