// GET /tasks/:id/logs: what is given, in which order, and how a client comes to the end.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import type { LogPage } from '../../src/contract/logs.ts';
import { ask, refusalOf } from './ask.ts';
import { newLog } from './log-world.ts';
import { getTask, newTask, read, send } from './world.ts';

const pageOf = async (taskId: string, query = '') => {
  const { status, body } = await read<LogPage>(`/tasks/${taskId}/logs?${query}`);
  expect(status).toBe(200);
  return body;
};

/** Reads to the end; the sizes of its pages beside the logs. */
async function readAll(taskId: string, query = '') {
  const logs: LogPage['logs'] = [];
  const counts: number[] = [];
  for (let after: number | null = 0; after !== null; ) {
    const page: LogPage = await pageOf(taskId, `after=${after}&${query}`);
    expect(page.count).toBe(page.logs.length);
    if (page.next !== null) expect(page.next).toBeGreaterThan(after);
    logs.push(...page.logs);
    counts.push(page.count);
    after = page.next;
  }
  return { logs, counts };
}

const LINES = [
  { message: 'Begins', level: 'info', agent: 'planner', stage: 'planning' },
  { message: 'reads A.ts', level: 'debug', agent: 'developer', metadata: { file: 'A.ts' } },
  { message: 'reads b.ts', level: 'debug', agent: 'developer' },
  { message: 'Überall GRÜN', level: 'info', agent: 'tester' },
  { message: 'is slow', level: 'warn' },
  { message: 'broke', level: 'error', agent: 'developer' },
];

async function newLoggedTask() {
  const taskId = await newTask();
  for (const line of LINES) expect((await send(`/tasks/${taskId}/log`, line)).status).toBe(200);
  return taskId;
}

describe('the logs of a task', () => {
  it('come oldest first, as the task itself shows them', async () => {
    const taskId = await newLoggedTask();
    const { logs, counts } = await readAll(taskId);
    expect(logs).toEqual((await getTask(taskId)).logs);
    expect(logs.map(({ seq: _, timestamp: __, ...line }) => line)).toEqual(LINES);
    expect(counts).toEqual([6]);
    expect(await pageOf(await newTask())).toEqual({ logs: [], count: 0, next: null });
  });

  it.each([
    ['level=debug', [1, 2]],
    ['level=error', [5]],
    ['agent=developer', [1, 2, 5]],
    ['agent=develop', []],
    ['q=READS', [1, 2]],
    ['q=grün', [3]],
    ['q=.ts&level=debug&agent=developer', [1, 2]],
    ['q=.ts&level=info', []],
    ['q=', [0, 1, 2, 3, 4, 5]],
  ])('with %s are those', async (query, expected) => {
    const { logs } = await readAll(await newLoggedTask(), query);
    const messages = expected.map((index) => LINES[index]?.message);
    expect(logs.map(({ message }) => message)).toEqual(messages);
  });

  it.each([
    ['limit=1', [1, 1, 1, 1, 1, 1]],
    ['limit=4', [4, 2]],
    ['limit=6', [6]],
    ['limit=2&agent=developer', [2, 1]],
    ['limit=1&level=error', [1]],
  ])('with %s come in full pages, and the last one says so', async (query, expected) => {
    expect((await readAll(await newLoggedTask(), query)).counts).toEqual(expected);
  });

  it('begin behind `after`, also in the middle of a batch, and end with the log', async () => {
    const { taskId, write } = await newLog();
    const last = await write(10);
    const { logs } = await pageOf(taskId, `after=${last - 3}`);
    expect(logs.map(({ seq }) => seq)).toEqual([last - 2, last - 1, last]);
    for (const after of [last, last + 1, 999_999_999]) {
      expect(await pageOf(taskId, `after=${after}`)).toEqual({ logs: [], count: 0, next: null });
    }
  });

  it('of a large log are looked through in bounded pages, found or not', async () => {
    const { taskId, fill, write } = await newLog();
    await fill(8, 15, { chars: 60_000 });
    const seq = await write(1, { message: 'needle' });
    const { logs, counts } = await readAll(taskId, 'q=NEEDLE&limit=1');
    expect(logs).toEqual([
      expect.objectContaining({ seq, message: expect.stringContaining('needle') }),
    ]);
    expect(counts.length).toBeGreaterThan(3);
    expect(counts.slice(0, -1).every((count) => count === 0)).toBe(true);
    const { length } = (await readAll(taskId, 'limit=1000')).logs;
    expect(length).toBe(121);
  });

  it('are not found where there is no such task', async () => {
    for (const id of [newTaskId(Date.now()), 'x', '..%2fx']) {
      const answer = await ask(`/tasks/${id}/logs`);
      expect(await refusalOf(answer)).toEqual([404, 'not_found']);
    }
    const foreign = await read(`/tasks/${newTaskId(1)}/logs`);
    expect(foreign.body).toMatchObject({ error: 'Task not found' });
  });
});

describe('a query for logs', () => {
  it.each([
    ['level=loud', 'Level must be one of: debug, info, warn, error'],
    ['level=', 'Level must be one of: debug, info, warn, error'],
    ['level=info&level=warn', 'Level must be one of: debug, info, warn, error'],
    ['limit=0', 'Limit must be a whole number from 1 to 1000'],
    ['limit=1001', 'Limit must be a whole number from 1 to 1000'],
    ['limit=x', 'Limit must be a whole number from 1 to 1000'],
    ['after=-1', 'After must be a whole number'],
    ['after=1&after=2', 'After must be a whole number'],
    [`agent=${'a'.repeat(101)}`, 'Agent must be 100 characters or less'],
    [`q=${'a'.repeat(201)}`, 'Q must be 200 characters or less'],
    ['q=a&q=b', 'Q must be given once'],
  ])('%s is refused', async (query, message) => {
    const answer = await ask(`/tasks/${await newTask()}/logs?${query}`);
    expect(answer.status).toBe(400);
    const path = `?${query.slice(0, query.indexOf('='))}`;
    expect(await answer.json()).toMatchObject({ error: message, errors: [{ path, message }] });
  });
});
