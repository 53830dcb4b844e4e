// Whether the skeleton still is what it claims to be: the same calls leave as many rows and about as many bytes.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HttpConnection } from '../client/http-connection.ts';
import { createTask } from '../client/leased-task.ts';
import type { Measure } from '../scene.ts';
import type { Subject } from '../subject.ts';

const WRITTEN_WITHIN_MS = 5_000;
const POLL_MS = 20;

interface Written {
  readonly rows: number;
  readonly bytes: number;
}

const add = (a: Written, b: Written): Written => ({
  rows: a.rows + b.rows,
  bytes: a.bytes + b.bytes,
});

const NOTHING: Written = { rows: 0, bytes: 0 };

const quote = (name: unknown): string => `"${String(name)}"`;

/** What the tables of a file hold, less those of the platform and of the migrations. */
const readFileOf = (file: string): Written => {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(({ name }) => String(name))
      .filter((name) => !/^_cf_|^sqlite_|migrations$/.test(name));
    return tables.reduce((sum, table) => {
      const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all(table);
      const lengths = columns.map(({ name }) => `coalesce(length(${quote(name)}), 0)`).join(' + ');
      const sql = `SELECT count(*) AS rows, coalesce(sum(${lengths}), 0) AS bytes FROM ${quote(table)}`;
      const found = database.prepare(sql).get();
      return add(sum, { rows: Number(found?.['rows']), bytes: Number(found?.['bytes']) });
    }, NOTHING);
  } finally {
    database.close();
  }
};

const readAll = (directory: string): Written =>
  readdirSync(directory, { recursive: true })
    .map(String)
    .filter((name) => /(Task|Project|D1Database)Object\/[0-9a-f]+\.sqlite$/.test(name))
    .reduce((sum, name) => add(sum, readFileOf(join(directory, name))), NOTHING);

/** Each kind of write once; what follows an answer is waited for until nothing changes any more. */
const writeOnce = async ({ url }: Subject, directory: string): Promise<Written> => {
  const before = readAll(directory);
  const connection = await HttpConnection.open(url);
  const id = await createTask(connection);
  const post = (path: string, body: unknown) =>
    connection.expect({ method: 'POST', path: `/tasks/${id}${path}`, body: JSON.stringify(body) });
  await post('/log', { level: 'info', message: 'One line' });
  await post('/status', { status: 'in-progress', message: 'Step 1' });
  await post('/gates/review/approve', { approver: 'you@example.com' });
  connection.close();
  let last = readAll(directory);
  let changedAt = performance.now();
  const deadline = changedAt + WRITTEN_WITHIN_MS;
  while (performance.now() < deadline && performance.now() - changedAt < 10 * POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const now = readAll(directory);
    if (now.rows !== last.rows || now.bytes !== last.bytes) changedAt = performance.now();
    last = now;
  }
  return { rows: last.rows - before.rows, bytes: last.bytes - before.bytes };
};

/** Rows are compared exactly, bytes about. */
export const sameWrites: Measure = {
  name: 'writes',
  run: async ({ real, skeleton, directory, note }) => {
    const ours = await writeOnce(real, join(directory, 'real'));
    const theirs = await writeOnce(skeleton, join(directory, 'skeleton'));
    const finding = (name: string, of: (written: Written) => number) => ({
      name,
      perSecond: of(ours),
      otherPerSecond: of(theirs),
      ratio: of(ours) / of(theirs),
    });
    note({ ...finding('rowsWritten', ({ rows }) => rows), bound: { min: 1, max: 1 } });
    note({ ...finding('bytesWritten', ({ bytes }) => bytes), bound: { min: 0.8, max: 1.25 } });
  },
};
