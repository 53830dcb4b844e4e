import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HttpConnection } from './client/http-connection.ts';
import { createTask } from './client/leased-task.ts';
import { type Subject, startReal } from './subject.ts';

/**
 * A server whose project looks back on many tasks: its first one makes the tables, and statements fill them while nobody
 * serves them. Each is bound to the number of tasks.
 */
export const startFilledProject = async (
  directory: string,
  { tasks, fill, limits }: { tasks: number; fill: readonly string[]; limits?: object },
): Promise<Subject> => {
  const { edge, url } = await startReal(directory);
  try {
    const connection = await HttpConnection.open(url);
    if (limits !== undefined) {
      const body = JSON.stringify({ limits });
      await connection.expect({ method: 'PATCH', path: '/config', body });
    }
    await createTask(connection);
    connection.close();
  } finally {
    await edge.stop();
  }
  const [file] = readdirSync(directory, { recursive: true })
    .map(String)
    .filter((name) => /ProjectObject\/[0-9a-f]+\.sqlite$/.test(name));
  if (file === undefined) throw new Error('The project has no tables.');
  const database = new DatabaseSync(join(directory, file));
  for (const sql of fill) database.prepare(sql).run(tasks);
  database.close();
  return startReal(directory);
};
