// A queue that is known to hold what was put into it.

import { eventually, newTask, read } from './world.ts';

export const queueOf = async (projectId: string) =>
  (await read<{ items: { taskId: string }[] }>(`/queue?projectId=${projectId}`)).body.items;

/** Tasks that the queue of the project knows. */
export async function newQueue(
  projectId: string,
  all: readonly Record<string, unknown>[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const fields of all) ids.push(await newTask({ projectId, ...fields }));
  await eventually(async () => (await queueOf(projectId)).length).toBe(all.length);
  return ids;
}
