// The objects' own files: a task that nobody lists and nobody knows would show nowhere else.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Violation } from '../report.ts';

const FOLDER = /TaskObject$/;
const FIRST = 'SELECT body FROM blocks ORDER BY last LIMIT 1';
const TASK_ID = /"taskId":"(task_\w+)"/;

const readTaskId = (file: string): string | undefined => {
  const database = new DatabaseSync(file);
  try {
    const tables = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'blocks'").all();
    if (tables.length === 0) return undefined;
    const body = database.prepare(FIRST).get()?.['body'];
    return TASK_ID.exec(String(body))?.[1];
  } finally {
    database.close();
  }
};

/** Every task in the folder of a server that has ended. */
export const storedTasks = (stateDir: string): readonly string[] => {
  const objects = join(stateDir, 'do');
  return readdirSync(objects)
    .filter((name) => FOLDER.test(name))
    .flatMap((name) => readdirSync(join(objects, name)).map((file) => join(objects, name, file)))
    .filter((file) => file.endsWith('.sqlite') && !file.endsWith('metadata.sqlite'))
    .flatMap((file) => readTaskId(file) ?? []);
};

/** Each stored task is known, and each known one is stored. */
export const compareStored = (
  stored: readonly string[],
  known: readonly string[],
): readonly Violation[] => {
  const [inStore, outside] = [new Set(stored), new Set(known)];
  return [
    ...stored
      .filter((taskId) => !outside.has(taskId))
      .map((taskId) => ({ taskId, what: 'is stored, and listed nowhere', evidence: '' })),
    ...known
      .filter((taskId) => !inStore.has(taskId))
      .map((taskId) => ({ taskId, what: 'is known, and stored nowhere', evidence: '' })),
  ];
};
