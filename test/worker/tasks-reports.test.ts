// Status reports and logs: cases 21–29 and 48 of the conformance table.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import { LOG_LEVELS, TASK_STATUSES, type TaskStatus } from '../../src/contract/task.ts';
import { ask } from './ask.ts';
import {
  allEvents,
  getGate,
  getTask,
  newDoneTask,
  newTask,
  report,
  send,
  typesOf,
} from './world.ts';

const unknown = newTaskId(Date.now());
const NOT_FOUND = { error: 'Task not found', code: 'not_found' };
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Tasks that stand in each status, reached by reports and by people. */
const WORLDS: Partial<Record<TaskStatus, () => Promise<string>>> = {
  queued: () => newTask(),
  planning: () => reported('planning'),
  'in-progress': () => reported('in-progress'),
  'waiting-approval': () => reported('waiting-approval'),
  paused: () => reported('paused'),
  completed: () => newDoneTask(),
  failed: () => reported('failed'),
  cancelled: () => reported('cancelled'),
};
const REPORTABLE = TASK_STATUSES.filter((status) => status !== 'pending' && status !== 'queued');
const TAKEN: Partial<Record<TaskStatus, readonly TaskStatus[]>> = {
  queued: REPORTABLE,
  planning: REPORTABLE,
  'in-progress': REPORTABLE.filter((status) => status !== 'planning'),
  'waiting-approval': ['failed', 'cancelled'],
  paused: ['planning', 'in-progress', 'failed', 'cancelled'],
};

async function reported(status: TaskStatus): Promise<string> {
  const taskId = await newTask();
  expect((await report(taskId, { status })).status).toBe(200);
  return taskId;
}

async function unchanged(taskId: string, act: () => Promise<unknown>): Promise<void> {
  const before = await getTask(taskId);
  await act();
  expect(await getTask(taskId)).toEqual(before);
}

describe('reporting a status', () => {
  it('cases 21 and 22: is {ok:true}, and stage and message are kept', async () => {
    const taskId = await newTask();
    const fields = { status: 'in-progress', stage: 'planning', message: 'reading' };
    expect(await report(taskId, fields)).toEqual({ status: 200, body: { ok: true } });
    expect(await getTask(taskId)).toMatchObject({
      status: 'in-progress',
      currentStage: 'planning',
      statusMessage: 'reading',
    });
  });

  it('a stage that is not in the workflow is a label only', async () => {
    const taskId = await newTask();
    await report(taskId, { status: 'in-progress', stage: 'coffee' });
    const task = await getTask(taskId);
    expect(task.currentStage).toBe('coffee');
    expect(task.stages.map(({ status }) => status)).toEqual(Array(5).fill('pending'));
  });

  it('cases 23 and 27: on an unknown task is 404', async () => {
    for (const id of [unknown, 'x', '..%2fx']) {
      expect(await report(id, { status: 'in-progress' })).toMatchObject({
        status: 404,
        body: NOT_FOUND,
      });
      const logged = await send(`/tasks/${id}/log`, { message: 'x' });
      expect(logged).toMatchObject({ status: 404, body: NOT_FOUND });
    }
  });

  it('case 24: completed sets completedAt, and nothing else ever carries it', async () => {
    expect(await getTask(await newDoneTask())).toMatchObject({
      status: 'completed',
      completedAt: expect.stringMatching(INSTANT),
    });
    for (const status of REPORTABLE.filter((name) => name !== 'completed')) {
      expect(await getTask(await reported(status))).not.toHaveProperty('completedAt');
    }
  });

  it('case 24: another value is 400 and changes nothing', async () => {
    const taskId = await newTask();
    const text = `Status must be one of: ${TASK_STATUSES.join(', ')}`;
    await unchanged(taskId, async () => {
      for (const status of ['done', 'in_progress', '', 'IN-PROGRESS', null, 1, {}, 'trashed']) {
        const { status: code, body } = await report(taskId, { status });
        expect([status, code, body['error']]).toEqual([status, 400, text]);
      }
      const missing = await report(taskId, {});
      expect([missing.status, missing.body['error']]).toEqual([400, 'Status is required']);
      for (const fields of [
        { stage: 1 },
        { stage: 'x'.repeat(101) },
        { message: {} },
        { message: 'x'.repeat(10_001) },
      ]) {
        const { status } = await report(taskId, { status: 'in-progress', ...fields });
        expect(status).toBe(400);
      }
    });
  });

  it.each(Object.keys(WORLDS) as TaskStatus[])(
    'of a task that is %s, what may follow is taken and all else is 409',
    async (from) => {
      for (const to of TASK_STATUSES) {
        const taskId = await (WORLDS[from] ?? newTask)();
        const before = await getTask(taskId);
        expect(before.status).toBe(from);
        const { status, body } = await report(taskId, { status: to });
        if (TAKEN[from]?.includes(to)) {
          expect([from, to, status]).toEqual([from, to, 200]);
          expect((await getTask(taskId)).status).toBe(to);
          continue;
        }
        const error = `Cannot change status from ${from} to ${to}`;
        expect([status, body['code'], body['error']]).toEqual([409, 'invalid_transition', error]);
        expect(await getTask(taskId)).toEqual(before);
      }
    },
  );

  it('failed keeps its message as the error', async () => {
    const taskId = await newTask();
    await report(taskId, { status: 'failed', message: 'the disk is full' });
    expect(await getTask(taskId)).toMatchObject({
      status: 'failed',
      error: 'the disk is full',
      statusMessage: 'the disk is full',
    });
  });

  it('every accepted report is a stage change; one that ends, pauses or cancels is followed by that', async () => {
    for (const [status, type] of [
      ['completed', 'task:completed'],
      ['failed', 'task:failed'],
      ['cancelled', 'task:cancelled'],
      ['paused', 'task:paused'],
    ] as const) {
      const types = typesOf(await allEvents(await reported(status)));
      expect(types.slice(2)).toEqual(['task:stage-changed', type]);
    }
    const taskId = await reported('in-progress');
    await report(taskId, { status: 'in-progress', message: 'still' });
    expect(typesOf(await allEvents(taskId)).slice(2)).toEqual([
      'task:stage-changed',
      'task:stage-changed',
    ]);
  });

  it('case 48: a cancelled task stays cancelled, whatever is reported', async () => {
    const taskId = await newTask();
    await send(`/tasks/${taskId}/cancel`);
    await unchanged(taskId, async () => {
      const { status } = await report(taskId, { status: 'completed' });
      expect(status).toBe(409);
    });
    expect((await getTask(taskId)).status).toBe('cancelled');
  });

  it('PATCH is the same and answers the task', async () => {
    const taskId = await newTask();
    const json = { status: 'planning' };
    const { body } = await send(`/tasks/${taskId}/status`, json, { method: 'PATCH' });
    expect(body).toEqual(await getTask(taskId));
  });
});

describe('logging', () => {
  it('cases 25 and 28: is {ok:true}, and the entry is in the task with all its members', async () => {
    const taskId = await newTask();
    const entry = { level: 'warn', message: ' careful\n', agent: 'developer', stage: 'testing' };
    const json = { ...entry, metadata: { deep: [{ x: null }] } };
    expect(await send(`/tasks/${taskId}/log`, json)).toEqual({ status: 200, body: { ok: true } });
    expect((await getTask(taskId)).logs).toEqual([
      { seq: 3, timestamp: expect.stringMatching(INSTANT), ...json },
    ]);
  });

  it('case 26: without a level it is info', async () => {
    const taskId = await newTask();
    await send(`/tasks/${taskId}/log`, { message: 'hello' });
    const [entry] = (await getTask(taskId)).logs;
    expect(entry).toEqual({
      seq: 3,
      timestamp: expect.any(String),
      level: 'info',
      message: 'hello',
    });
  });

  it('case 29: without a message, or at an unknown level, it is 400 and nothing is stored', async () => {
    const taskId = await newTask();
    const levels = `Level must be one of: ${LOG_LEVELS.join(', ')}`;
    await unchanged(taskId, async () => {
      for (const [json, text] of [
        [{}, 'Message is required'],
        [{ message: '' }, 'Message is required'],
        [{ message: 7 }, 'Message must be a string'],
        [{ message: 'x', level: 'fatal' }, levels],
        [{ message: 'x', level: 3 }, levels],
        [{ message: 'x', level: null }, levels],
      ] as const) {
        const { status, body } = await send(`/tasks/${taskId}/log`, json);
        expect([status, body['error']]).toEqual([400, text]);
      }
      for (const fields of [{ metadata: [] }, { agent: 'x'.repeat(101) }, { stage: 4 }]) {
        const { status } = await send(`/tasks/${taskId}/log`, { message: 'x', ...fields });
        expect(status).toBe(400);
      }
      const { status } = await send(`/tasks/${taskId}/log`, { message: 'x'.repeat(65_537) });
      expect(status).toBe(400);
    });
  });

  it('an ended task still takes a log, and stays what it is', async () => {
    const taskId = await newDoneTask();
    expect((await send(`/tasks/${taskId}/log`, { message: 'afterwards' })).status).toBe(200);
    const task = await getTask(taskId);
    expect([task.status, task.logs.at(-1)?.message]).toEqual(['completed', 'afterwards']);
    expect(await getGate(taskId, 'review')).toEqual({ status: 'not-required' });
    expect((await ask(`/tasks/${taskId}/events?after=${task.seq}`)).status).toBe(200);
  });
});
