// Cancel, retry, pause and resume: cases 39–47 of the conformance table.

import { runDurableObjectAlarm } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import {
  allEvents,
  getGate,
  getTask,
  newDoneTask,
  newTask,
  report,
  send,
  taskStub,
  typesOf,
} from './world.ts';

const act = (taskId: string, verb: string, json: unknown = {}) =>
  send(`/tasks/${taskId}/${verb}`, json);
const cannotResume = (status: string) =>
  `Task cannot be resumed (current status: ${status}, no pending subtasks). ` +
  'Use /retry for failed/cancelled tasks.';

async function newTaskIn(status: string): Promise<string> {
  const taskId = await newTask();
  if (status === 'queued') return taskId;
  if (status === 'completed') return newDoneTask();
  expect((await report(taskId, { status, message: 'no luck' })).status).toBe(200);
  return taskId;
}

/** The refusal, after a look that it has changed nothing. */
async function refusal(taskId: string, verb: string, json: unknown = {}) {
  const before = await getTask(taskId);
  const { status, body } = await act(taskId, verb, json);
  expect(await getTask(taskId)).toEqual(before);
  return [status, body['code'], body['error']];
}

afterEach(() => {
  vi.useRealTimers();
});

describe('cancelling', () => {
  it.each(['queued', 'planning', 'in-progress', 'waiting-approval', 'paused'])(
    'case 39: a task that is %s',
    async (status) => {
      const taskId = await newTaskIn(status);
      const done = { status: 200, body: { ok: true, message: 'Task cancelled' } };
      expect(await act(taskId, 'cancel', { reason: 'enough' })).toEqual(done);
      expect(await getTask(taskId)).toMatchObject({
        status: 'cancelled',
        error: 'Task was cancelled by user',
      });
    },
  );

  it('case 40: twice, or after the end, is 409', async () => {
    const taskId = await newTaskIn('cancelled');
    expect(await refusal(taskId, 'cancel')).toEqual([
      ...[409, 'invalid_transition'],
      'Task cannot be cancelled (already cancelled)',
    ]);
    for (const status of ['completed', 'failed']) {
      expect(await refusal(await newTaskIn(status), 'cancel')).toEqual([
        ...[409, 'invalid_transition'],
        'Task cannot be cancelled (already completed or failed)',
      ]);
    }
  });
});

describe('retrying', () => {
  it.each(['cancelled', 'failed', 'in-progress', 'planning'])(
    'case 41: a task that is %s begins a second attempt',
    async (status) => {
      const taskId = await newTaskIn(status);
      const done = { status: 200, body: { ok: true, message: 'Task retry started' } };
      expect(await act(taskId, 'retry')).toEqual(done);
      const task = await getTask(taskId);
      expect(task).toMatchObject({ status: 'queued', attempt: 2, retryCount: 1 });
      expect(task).not.toHaveProperty('error');
      expect(task).not.toHaveProperty('completedAt');
    },
  );

  it('asks gates again and forgets feedback, and from a stage on begins again', async () => {
    const taskId = await newTask({ autonomy: 'review-before-merge', workflow: 'bugfix' });
    for (const stage of ['investigation', 'fix', 'testing']) {
      await report(taskId, { status: 'in-progress', stage });
    }
    await report(taskId, { status: 'completed' });
    await send(`/tasks/${taskId}/gates/review/request-changes`, { comment: 'again' });
    await send(`/tasks/${taskId}/gates/review/approve`);
    await act(taskId, 'cancel');
    const wrong = await act(taskId, 'retry', { from: 'lunch' });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ path: 'from' }] } });
    await act(taskId, 'retry', { from: 'fix' });
    const task = await getTask(taskId);
    expect(task).not.toHaveProperty('feedback');
    expect(task.stages.map(({ status }) => status)).toEqual([
      'completed',
      'pending',
      'pending',
      'pending',
    ]);
    expect(await getGate(taskId, 'review')).toMatchObject({ status: 'pending', attempt: 2 });
  });

  it.each(['completed', 'queued', 'paused', 'waiting-approval'])(
    'case 42: a task that is %s is 409',
    async (status) => {
      expect(await refusal(await newTaskIn(status), 'retry')).toEqual([
        ...[409, 'invalid_transition'],
        'Only failed, cancelled, or stuck tasks can be retried',
      ]);
    },
  );
});

describe('pausing and resuming', () => {
  it('case 43: resuming a queued task starts it', async () => {
    const taskId = await newTask();
    expect(await act(taskId, 'resume')).toEqual({
      status: 200,
      body: { ok: true, message: 'Task execution started', taskId },
    });
    expect((await getTask(taskId)).status).toBe('queued');
  });

  it.each(['completed', 'failed', 'cancelled', 'in-progress', 'planning', 'waiting-approval'])(
    'case 44: resuming a task that is %s is 409',
    async (status) => {
      expect(await refusal(await newTaskIn(status), 'resume')).toEqual([
        ...[409, 'invalid_transition', cannotResume(status)],
      ]);
    },
  );

  it.each(['queued', 'planning', 'in-progress'])(
    'case 45: pausing a task that is %s, and resuming it, queues it',
    async (status) => {
      const taskId = await newTaskIn(status);
      expect(await act(taskId, 'pause')).toEqual({
        status: 200,
        body: { ok: true, message: 'Task paused', taskId },
      });
      const paused = await getTask(taskId);
      expect(paused).toMatchObject({ status: 'paused', pauseReason: 'manual' });
      expect(Date.parse(paused.pausedAt ?? '')).toBeGreaterThan(0);
      expect(await act(taskId, 'resume')).toEqual({
        status: 200,
        body: { ok: true, message: 'Task resumed from paused state', taskId },
      });
      const task = await getTask(taskId);
      expect(task).toMatchObject({ status: 'queued', attempt: 1, resumeAttempts: 1 });
      for (const member of ['pausedAt', 'pauseReason', 'resumeAfter', 'error']) {
        expect(task).not.toHaveProperty(member);
      }
    },
  );

  it.each(['paused', 'waiting-approval', 'completed', 'failed', 'cancelled'])(
    'pausing a task that is %s is 409',
    async (status) => {
      const [code, word] = await refusal(await newTaskIn(status), 'pause');
      expect([code, word]).toEqual([409, 'invalid_transition']);
    },
  );

  it('bad fields are 400 and change nothing', async () => {
    const taskId = await newTask();
    for (const [verb, json] of [
      ['pause', { reason: 'x'.repeat(101) }],
      ['pause', { resumeAfter: 'tomorrow' }],
      ['pause', { reason: 7 }],
      ['cancel', { reason: [] }],
      ['retry', { from: 3 }],
    ] as const) {
      expect((await refusal(taskId, verb, json))[0]).toBe(400);
    }
  });

  it('a pause with resumeAfter resumes itself by the alarm, not before', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const taskId = await newTask();
    const resumeAfter = new Date(Date.now() + 3_600_000).toISOString();
    await act(taskId, 'pause', { reason: 'rate_limit', resumeAfter });
    const paused = await getTask(taskId);
    expect(paused).toMatchObject({ pauseReason: 'rate_limit', resumeAfter });
    vi.setSystemTime(Date.now() + 3_599_000);
    expect(await runDurableObjectAlarm(taskStub(taskId))).toBe(true);
    expect((await getTask(taskId)).status).toBe('paused');
    vi.setSystemTime(Date.now() + 2_000);
    expect(await runDurableObjectAlarm(taskStub(taskId))).toBe(true);
    expect((await getTask(taskId)).status).toBe('queued');
  });

  it('case 47: on an unknown task each is 404', async () => {
    for (const verb of ['cancel', 'retry', 'resume', 'pause']) {
      for (const id of [newTaskId(Date.now()), 'x']) {
        expect(await act(id, verb)).toMatchObject({
          status: 404,
          body: { error: 'Task not found', code: 'not_found' },
        });
      }
    }
  });

  it('case 106: each is one event of its name, its data with the status', async () => {
    const taskId = await newTask();
    for (const verb of ['pause', 'resume', 'cancel', 'retry']) await act(taskId, verb);
    const events = (await allEvents(taskId)).slice(2);
    expect(typesOf(events).filter((type) => type !== 'task:queued')).toEqual([
      'task:paused',
      'task:resumed',
      'task:cancelled',
      'task:retried',
    ]);
    for (const { data } of events) expect(data).toHaveProperty('status');
  });
});
