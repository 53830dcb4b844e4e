// Several clients who write as fast as they can until the server is gone. What was answered is noted.
import type { Client } from './client.ts';

export interface Acknowledged {
  readonly tasks: string[];
  readonly logs: { readonly taskId: string; readonly message: string }[];
}

/** Resolves when every client has lost its server. */
export const burst = async (
  client: Client,
  clients: number,
  acknowledged: Acknowledged,
): Promise<void> => {
  const write = async (who: number): Promise<never> => {
    for (let round = 1; ; round += 1) {
      const taskId = await client.create({ description: `Task ${round} of ${who}` });
      acknowledged.tasks.push(taskId);
      for (let line = 1; line <= 3; line += 1) {
        const message = `line ${line} of ${taskId}`;
        await client.post(`/tasks/${taskId}/log`, { message });
        acknowledged.logs.push({ taskId, message });
      }
    }
  };
  const writers = Array.from({ length: clients }, (_, who) => write(who).catch(() => undefined));
  await Promise.all(writers);
};
