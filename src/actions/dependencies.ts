import { ok, type Result, refuse } from '../contract/error.ts';
import { TASK_ID } from '../contract/id.ts';
import type { QueueEntry } from '../domain/queue.ts';
import { taskObject } from '../rpc/stubs.ts';
import type { Ask } from './ask.ts';
import { checkEnvironment } from './environment.ts';

const unknown = (id: string) => {
  const message = `Unknown dependency: ${id}`;
  return refuse('unknown_dependency', message, { errors: [{ path: 'dependsOn', message }] });
};

/** The tasks of the project with these ids, each asked itself. One that is foreign is unknown. */
export async function findDependencies(
  ask: Ask,
  projectId: string,
  ids: readonly string[],
): Promise<Result<QueueEntry[]>> {
  const wanted = [...new Set(ids)];
  const entries = await Promise.all(
    wanted.map((id) => (TASK_ID.test(id) ? taskObject(ask.env, id).entry() : null)),
  );
  const found: QueueEntry[] = [];
  for (const [index, id] of wanted.entries()) {
    const entry = entries[index];
    if (!entry || entry.projectId !== projectId) return unknown(id);
    if (!checkEnvironment(ask, entry.environment).ok) return unknown(id);
    found.push(entry);
  }
  return ok(found);
}
