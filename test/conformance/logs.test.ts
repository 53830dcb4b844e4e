// Cases 25–29: log entries, in the task and in its list of logs.

import { describe, expect, it } from 'vitest';
import { LOG_LEVELS, type LogEntry } from '../../src/contract/task.ts';
import { allEvents, getTask, newDoneTask, newTask, read, send } from '../worker/world.ts';
import { INSTANT, leavesAlone, NO_TASK, OK, refusal, UNKNOWN_IDS } from './checks.ts';
import { newTaskIn } from './states.ts';

interface Logs {
  readonly logs: LogEntry[];
  readonly count: number;
  readonly next: number | null;
}
const log = (taskId: string, json: unknown) => send(`/tasks/${taskId}/log`, json);
const refused = (taskId: string, json: unknown) => refusal(`/tasks/${taskId}/log`, { json });
const logsOf = async (taskId: string, query = '') => {
  const { status, body } = await read<Logs>(`/tasks/${taskId}/logs${query}`);
  expect(status).toBe(200);
  expect(Object.keys(body).sort()).toEqual(['count', 'logs', 'next']);
  expect(body.count).toBe(body.logs.length);
  return body;
};
const messages = ({ logs }: Pick<Logs, 'logs'>) => logs.map(({ message }) => message);

async function newLogged(count: number): Promise<string> {
  const taskId = await newTask();
  for (let index = 0; index < count; index++) await log(taskId, { message: `line ${index}` });
  return taskId;
}

describe('logging', () => {
  it('25 level, message and agent are {ok:true}', async () => {
    const taskId = await newTask();
    for (const level of LOG_LEVELS) {
      expect(await log(taskId, { level, message: 'hello', agent: 'developer' })).toEqual(OK);
    }
    expect((await getTask(taskId)).logs.map(({ level }) => level)).toEqual(LOG_LEVELS);
  });

  it('26 without a level it is stored as info', async () => {
    const taskId = await newTask();
    expect(await log(taskId, { message: 'hello' })).toEqual(OK);
    const entry = { seq: 3, timestamp: INSTANT, level: 'info', message: 'hello' };
    expect((await getTask(taskId)).logs).toEqual([entry]);
  });

  it('27 on an unknown task it is 404', async () => {
    for (const id of UNKNOWN_IDS) {
      expect(await refused(id, { message: 'x' })).toMatchObject(NO_TASK);
    }
  });

  it('28 the task has the entry, word for word, and its event', async () => {
    const taskId = await newTask();
    const entry = { level: 'warn', message: ' careful\n', agent: 'developer', stage: 'testing' };
    const json = { ...entry, metadata: { deep: [{ x: null }] } };
    expect(await log(taskId, json)).toEqual(OK);
    expect((await getTask(taskId)).logs).toEqual([{ seq: 3, timestamp: INSTANT, ...json }]);
    const [event] = (await allEvents(taskId)).slice(2);
    expect(event).toMatchObject({ seq: 3, type: 'log:entry', data: json });
  });

  it('28 GET logs has it too', async () => {
    const taskId = await newTask();
    await log(taskId, { level: 'warn', message: 'careful', agent: 'developer', stage: 'fix' });
    const { logs } = await getTask(taskId);
    expect(await logsOf(taskId)).toEqual({ logs, count: 1, next: null });
    expect(logs).toHaveLength(1);
  });

  it('29 without a message, or at an unknown level, it is 400 and nothing is stored', async () => {
    const taskId = await newTask();
    const levels = `Level must be one of: ${LOG_LEVELS.join(', ')}`;
    await leavesAlone(taskId, async () => {
      for (const [json, path, error] of [
        [{}, 'message', 'Message is required'],
        [{ message: '' }, 'message', 'Message is required'],
        [{ level: 'info', agent: 'x' }, 'message', 'Message is required'],
        [{ message: 7 }, 'message', 'Message must be a string'],
        [{ message: null }, 'message', 'Message must be a string'],
        [{ message: 'x', level: 'fatal' }, 'level', levels],
        [{ message: 'x', level: 'INFO' }, 'level', levels],
        [{ message: 'x', level: '' }, 'level', levels],
        [{ message: 'x', level: 3 }, 'level', levels],
        [{ message: 'x', level: null }, 'level', levels],
        [{ message: 'x', agent: 7 }, 'agent', 'Agent must be a string'],
        [{ message: 'x', stage: {} }, 'stage', 'Stage must be a string'],
        [{ message: 'x', metadata: [] }, 'metadata', 'Metadata must be an object'],
        [{ message: 'x', metadata: 'y' }, 'metadata', 'Metadata must be an object'],
      ] as const) {
        expect(await refused(taskId, json)).toMatchObject({
          ...{ status: 400, code: 'invalid_request', error, errors: [{ path, message: error }] },
        });
      }
      const metadata = { x: 'y'.repeat(16_384) };
      expect((await refused(taskId, { message: 'x', metadata })).status).toBe(400);
    });
  });

  it('29 a wrong entry is 400 also where there is no task', async () => {
    for (const id of UNKNOWN_IDS) expect((await refused(id, {})).status).toBe(400);
  });

  it('a task in any status takes it, and stays what it is', async () => {
    for (const status of [
      'pending',
      'waiting-approval',
      'paused',
      'failed',
      'cancelled',
    ] as const) {
      const taskId = await newTaskIn(status);
      expect(await log(taskId, { message: 'afterwards' })).toEqual(OK);
      const task = await getTask(taskId);
      expect([task.status, task.logs.at(-1)?.message]).toEqual([status, 'afterwards']);
    }
    const done = await newDoneTask();
    expect(await log(done, { message: 'afterwards' })).toEqual(OK);
    expect((await getTask(done)).completedAt).toEqual(INSTANT);
  });

  it('a task carries the newest 100, oldest first', async () => {
    const taskId = await newLogged(103);
    const { logs } = await getTask(taskId);
    expect(messages({ logs })).toEqual(Array.from({ length: 100 }, (_, i) => `line ${i + 3}`));
    const seqs = logs.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  });
});

/** Page by page to the end: a page may be shorter than it could be. */
async function everyLog(taskId: string, query = ''): Promise<Logs['logs']> {
  const seen: LogEntry[] = [];
  let after: number | null = 0;
  while (after !== null) {
    const page: Logs = await logsOf(taskId, `?after=${after}${query}`);
    seen.push(...page.logs);
    after = page.next;
  }
  return seen;
}

describe('the list of logs', () => {
  it('is oldest first, and next leads through all of them once', async () => {
    const taskId = await newLogged(7);
    const { logs } = await getTask(taskId);
    for (const limit of [1, 3, 7, 8]) {
      expect(await everyLog(taskId, `&limit=${limit}`)).toEqual(logs);
      expect((await logsOf(taskId, `?limit=${limit}`)).count).toBeLessThanOrEqual(limit);
    }
    const [first] = logs;
    expect(messages(await logsOf(taskId, `?after=${first?.seq}&limit=1`))).toEqual(['line 1']);
  });

  it('has 100 unless asked, at most 1000, and is empty for a task without any', async () => {
    const taskId = await newLogged(101);
    const page = await logsOf(taskId);
    expect([page.count, messages(page)[0]]).toEqual([100, 'line 0']);
    expect(await logsOf(taskId, `?after=${page.next}`)).toMatchObject({ count: 1, next: null });
    expect((await logsOf(taskId, '?limit=1000')).count).toBe(101);
    expect(await logsOf(await newTask())).toEqual({ logs: [], count: 0, next: null });
  });

  it('shows those of a level, of an agent, with a part of the message', async () => {
    const taskId = await newTask();
    await log(taskId, { message: 'Tests are green', agent: 'tester' });
    await log(taskId, { message: 'disk is full', level: 'error', agent: 'developer' });
    await log(taskId, { message: '100%_sure', level: 'error' });
    for (const [query, wanted] of [
      ['&level=error', ['disk is full', '100%_sure']],
      ['&level=debug', []],
      ['&agent=tester', ['Tests are green']],
      ['&agent=nobody', []],
      ['&q=tests', ['Tests are green']],
      ['&q=%25_', ['100%_sure']],
      ['&level=error&agent=developer', ['disk is full']],
    ] as const) {
      const logs = await everyLog(taskId, query);
      expect([query, messages({ logs })]).toEqual([query, wanted]);
    }
  });

  it('refuses a wrong parameter and a task that is not there', async () => {
    const taskId = await newTask();
    for (const [query, path] of [
      ['limit=0', '?limit'],
      ['limit=1001', '?limit'],
      ['limit=x', '?limit'],
      ['after=-1', '?after'],
      ['after=x', '?after'],
      ['level=fatal', '?level'],
    ]) {
      expect([query, await refusal(`/tasks/${taskId}/logs?${query}`)]).toMatchObject([
        ...[query, { status: 400, errors: [{ path }] }],
      ]);
    }
    for (const id of UNKNOWN_IDS) {
      expect(await refusal(`/tasks/${id}/logs`)).toMatchObject(NO_TASK);
    }
  });
});
