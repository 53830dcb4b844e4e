// Counts what an object reads and writes in its storage, as it is billed: the rows of an index are rows too, a key is a
// row, and setting the alarm is billed as a row; taking it back is not.

import { count } from './meter.ts';

type Row = Record<string, SqlStorageValue>;

/** A cursor counts as it is read, so it is looked at after each step. */
function meterCursor<T extends Row>(cursor: SqlStorageCursor<T>): SqlStorageCursor<T> {
  const { toArray, one, next } = cursor;
  let [read, written] = [0, 0];
  const look = (): void => {
    count('rowsRead', cursor.rowsRead - read);
    count('rowsWritten', cursor.rowsWritten - written);
    read = cursor.rowsRead;
    written = cursor.rowsWritten;
  };
  const looking =
    <R>(step: () => R) =>
    (): R => {
      try {
        return step.call(cursor);
      } finally {
        look();
      }
    };
  look();
  return Object.assign(cursor, {
    toArray: looking(toArray),
    one: looking(one),
    next: looking(next),
    [Symbol.iterator]: () => cursor,
  });
}

function meterSql(sql: SqlStorage): void {
  const exec = sql.exec.bind(sql);
  sql.exec = <T extends Row>(query: string, ...values: unknown[]) =>
    meterCursor(exec<T>(query, ...values));
}

/** Keys and values lie in a table of their own: one row each. */
function meterKeys(kv: SyncKvStorage): void {
  const [get, put, remove] = [kv.get.bind(kv), kv.put.bind(kv), kv.delete.bind(kv)];
  kv.get = <T>(key: string) => {
    count('rowsRead');
    return get<T>(key);
  };
  kv.put = (key, value) => {
    count('rowsWritten');
    put(key, value);
  };
  kv.delete = (key) => {
    count('rowsWritten');
    return remove(key);
  };
}

function meterAlarm(storage: DurableObjectStorage): void {
  const set = storage.setAlarm.bind(storage);
  storage.setAlarm = (at, options) => {
    count('alarms');
    return set(at, options);
  };
}

export function meterStorage(storage: DurableObjectStorage): void {
  meterSql(storage.sql);
  meterKeys(storage.kv);
  meterAlarm(storage);
}
