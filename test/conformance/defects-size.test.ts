// §12, what stays small: lists, and the cost of a task with many logs; and what the service says of itself: B4, B15, B16,
// B25. That a description reaches no shell is shown with real processes, in test/e2e.

import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import pack from '../../package.json' with { type: 'json' };
import { app } from '../../src/app.ts';
import { newTaskId } from '../../src/auth/id.ts';
import type { TaskRow } from '../../src/contract/task.ts';
import { ask } from '../worker/ask.ts';
import { PAGES } from '../worker/pages.ts';
import {
  claimOne,
  getTask,
  logBatch,
  newProject,
  newTask,
  newTestRunner,
  read,
  report,
  send,
  taskStub,
} from '../worker/world.ts';
import { refusal } from './checks.ts';

interface Page {
  readonly tasks: TaskRow[];
  readonly count: number;
  readonly nextCursor?: string;
}

it('B4 no text of a person is in the name of a branch but letters, digits and dashes', async () => {
  const texts = [
    '$(touch F)',
    '`touch F`; rm -rf /',
    '../../etc',
    '-x --force',
    '"\'\\\n|&<>*?~^:',
  ];
  for (const description of texts) {
    const task = await getTask(await newTask({ description }));
    expect(task.branchName).toMatch(/^apex\/[0-9a-z]+-[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(task.description).toBe(description.trim());
  }
});

describe('a list', () => {
  it('B15 never has more than 100 rows, nor a log, an artifact or a gate', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId, autonomy: 'manual' });
    await send(`/tasks/${taskId}/log`, { message: 'hello' });
    for (let count = 1; count < 105; count++) await newTask({ projectId });
    const { body } = await read<Page>(`/tasks?projectId=${projectId}&limit=100`);
    expect([body.tasks.length, body.count]).toEqual([100, 100]);
    const rest = await read<Page>(
      `/tasks?projectId=${projectId}&limit=100&cursor=${body.nextCursor}`,
    );
    expect([rest.body.count, rest.body.nextCursor]).toEqual([5, undefined]);
    expect(rest.body.tasks.at(-1)?.id).toBe(taskId);
    for (const row of [...body.tasks, ...rest.body.tasks]) {
      for (const member of ['logs', 'artifacts', 'gates']) expect(row).not.toHaveProperty(member);
    }
  });

  it.each([
    'limit=abc',
    'limit=0',
    'limit=-1',
    'limit=101',
    'limit=1.5',
    'limit=',
    'status=nonsense',
  ])('B15 ?%s is 400', async (query) => {
    expect(await refusal(`/tasks?${query}`)).toMatchObject({ status: 400 });
  });

  it('B15 two pages of 25 are read in a hundred rows at most, with 1 000 tasks as with 30', async () => {
    const cost = async (count: number) => {
      const projectId = await newProject();
      const first = await newTask({ projectId });
      const copy = `INSERT INTO tasks(id, project_id, status, workflow, description, trashed, archived, seq, body)
        SELECT ?1, project_id, status, workflow, description, trashed, archived, seq, replace(body, id, ?1)
        FROM tasks WHERE id = ?2`;
      const copies = Array.from({ length: count - 1 }, () =>
        env.DB.prepare(copy).bind(newTaskId(Date.now()), first),
      );
      await env.DB.batch(copies);
      const { body } = await read<Page>(`/tasks?projectId=${projectId}&limit=25`);
      expect(body.count).toBe(25);
      return rowsReadByD1(async () => {
        await read<Page>(`/tasks?projectId=${projectId}&limit=25`);
        await read<Page>(`/tasks?projectId=${projectId}&limit=25&cursor=${body.nextCursor}`);
      });
    };
    const [few, many] = [await cost(30), await cost(1_000)];
    expect(few).toBeGreaterThan(25);
    expect(many).toBeLessThanOrEqual(100);
  });
});

/** What queries of the real database have cost, added up; measured where workerd itself answers, hence the casts. */
async function rowsReadByD1(act: () => Promise<unknown>): Promise<number> {
  const statement = Object.getPrototypeOf(env.DB.prepare('SELECT 1')) as D1PreparedStatement;
  const { all } = statement;
  let rows = 0;
  statement.all = async function counted<T>(this: D1PreparedStatement) {
    const result = await all.call(this);
    rows += result.meta.rows_read;
    return result as D1Result<T>;
  };
  try {
    await act();
  } finally {
    statement.all = all;
  }
  return rows;
}

/** The rows that a task's storage reads and writes while something is asked of it; measured likewise. */
async function rowsOf(taskId: string, act: () => Promise<unknown>): Promise<number> {
  const cursors: SqlStorageCursor<Record<string, SqlStorageValue>>[] = [];
  const [prototype, exec] = await runInDurableObject(taskStub(taskId), (_object, { storage }) => {
    const found = Object.getPrototypeOf(storage.sql) as SqlStorage;
    return [found, found.exec] as const;
  });
  prototype.exec = function counted(this: SqlStorage, ...given: Parameters<SqlStorage['exec']>) {
    const cursor = exec.apply(this, given);
    cursors.push(cursor);
    return cursor;
  } as SqlStorage['exec'];
  try {
    await act();
  } finally {
    prototype.exec = exec;
  }
  return cursors.reduce((sum, cursor) => sum + cursor.rowsRead + cursor.rowsWritten, 0);
}

describe('a task with many logs', () => {
  async function newLogged(batches: number, size: number): Promise<string> {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const holder = await claimOne(await newTestRunner(projectId));
    for (let batch = 0; batch < batches; batch++) {
      const { status } = await holder.events(logBatch(batch * size + 1, size));
      expect(status).toBe(200);
    }
    await holder.release();
    return taskId;
  }

  it('B16 costs the same to read, to log to and to report on with 100 000 logs as with 100', async () => {
    const costs: number[][] = [];
    for (const [batches, size] of [
      [1, 100],
      [100, 1_000],
    ] as const) {
      const taskId = await newLogged(batches, size);
      expect((await getTask(taskId)).logs).toHaveLength(100);
      costs.push([
        await rowsOf(taskId, () => getTask(taskId)),
        await rowsOf(taskId, () => send(`/tasks/${taskId}/log`, { message: 'one more' })),
        await rowsOf(taskId, () => report(taskId, { status: 'in-progress' })),
      ]);
    }
    const [few = [], many = []] = costs;
    for (const cost of few) expect(cost).toBeGreaterThan(0);
    for (const [index, cost] of many.entries())
      expect(cost).toBeLessThanOrEqual((few[index] ?? 0) + 2);
  }, 120_000);
});

describe('what the service says of itself', () => {
  it('B25 /health has the version of the package', async () => {
    expect((await read('/health')).body).toEqual({ status: 'ok', version: pack.version });
  });

  it('B25 openapi.json lists every route that exists, and none other', async () => {
    const { body } = await read<{ paths: Record<string, Record<string, unknown>> }>(
      '/openapi.json',
    );
    const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
    const listed = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const served = app.routes
      .map(({ method, path }) => ({ method: method.toLowerCase(), path }))
      .filter(({ method, path }) => METHODS.includes(method) && !path.includes('*'))
      .filter(({ path }) => !PAGES.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{.*?\})?/g, '{$1}')}`);
    expect([...new Set(served)].toSorted()).toEqual(listed.toSorted());
  });

  it('B25 /daemon/health is about runners: none is 503, one that is there is 200', async () => {
    const projectId = await newProject();
    const path = `/daemon/health?projectId=${projectId}`;
    expect((await ask(path)).status).toBe(503);
    await newTestRunner(projectId);
    expect(await read(path)).toMatchObject({ status: 200, body: { daemon: { isRunning: true } } });
  });
});
