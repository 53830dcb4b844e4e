// The rows of a task's log as they are stored, and how many of them an action reads and writes.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { EventLog } from '../../src/objects/task/event-log.ts';
import { taskStub } from './world.ts';

export interface BlockRow extends Record<string, SqlStorageValue> {
  readonly last: number;
  readonly first: number;
  readonly at: string;
  readonly kind: string;
  readonly epoch: number;
  readonly producer: string | null;
  readonly logs: number;
  readonly body: string | null;
  readonly body_hash: string;
  readonly hash: string;
  readonly told_bytes: number;
  readonly logs_before: number;
  readonly state_before: number;
}

export const rowsOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), (_object, { storage }) =>
    storage.sql.exec<BlockRow>('SELECT * FROM blocks ORDER BY last').toArray(),
  );

/** What `act` reads and writes of the storage of a task, done by a log that knows nothing yet. */
export function countRows(
  taskId: string,
  act: (log: EventLog, sql: SqlStorage) => unknown,
): Promise<{ read: number; written: number }> {
  return runInDurableObject(taskStub(taskId), (_object, { storage }) => {
    const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
    const exec = (query: string, ...bindings: unknown[]) => {
      const cursor = storage.sql.exec(query, ...bindings);
      cursors.push(cursor);
      return cursor;
    };
    // Counts what goes through it; all that a log uses.
    const sql = { exec } as unknown as SqlStorage;
    act(new EventLog(sql, taskId), sql);
    const sum = (key: 'rowsRead' | 'rowsWritten') =>
      cursors.reduce((total, cursor) => total + cursor[key], 0);
    return { read: sum('rowsRead'), written: sum('rowsWritten') };
  });
}

/** The bytes of the bodies that may be pruned, added up. */
export const sizeOf = async (taskId: string) =>
  (await rowsOf(taskId))
    .filter(({ kind }) => kind === 'p')
    .reduce((sum, { body }) => sum + new TextEncoder().encode(body ?? '').byteLength, 0);

/** The object loses its memory, whether it has any or not. */
export async function evict(taskId: string) {
  await runInDurableObject(taskStub(taskId), () => {});
  await evictDurableObject(taskStub(taskId));
}
