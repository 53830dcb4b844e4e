// Cases 39–47: cancel, retry, pause and resume.

import { runDurableObjectAlarm } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  allEvents,
  getGate,
  getTask,
  newProject,
  newTask,
  read,
  report,
  send,
  taskStub,
} from '../worker/world.ts';
import { INSTANT, leavesAlone, NO_TASK, refusal, UNKNOWN_IDS } from './checks.ts';
import { act, newTaskIn } from './states.ts';

const OPEN = [
  'pending',
  'queued',
  'planning',
  'in-progress',
  'waiting-approval',
  'paused',
] as const;
const cannotResume = (status: string) =>
  `Task cannot be resumed (current status: ${status}, no pending subtasks). ` +
  'Use /retry for failed/cancelled tasks.';

/** Refused with 409, and nothing has changed. */
const forbidden = async (taskId: string, verb: string, error: unknown) =>
  leavesAlone(taskId, async () => {
    expect(await refusal(`/tasks/${taskId}/${verb}`, { json: {} })).toMatchObject({
      ...{ status: 409, code: 'invalid_transition', error },
    });
  });

afterEach(() => {
  vi.useRealTimers();
});

describe('cancelling', () => {
  it.each(OPEN)('39 a task that is %s', async (status) => {
    const taskId = await newTaskIn(status);
    const done = { status: 200, body: { ok: true, message: 'Task cancelled' } };
    expect(await act(taskId, 'cancel', { reason: 'enough' })).toEqual(done);
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'cancelled', error: 'Task was cancelled by user' });
    for (const member of ['waitingFor', 'pausedAt', 'pauseReason', 'completedAt']) {
      expect(task).not.toHaveProperty(member);
    }
  });

  it('40 twice, or after the end, is 409', async () => {
    for (const [status, why] of [
      ['cancelled', 'already cancelled'],
      ['completed', 'already completed or failed'],
      ['failed', 'already completed or failed'],
    ] as const) {
      const taskId = await newTaskIn(status);
      await forbidden(taskId, 'cancel', `Task cannot be cancelled (${why})`);
    }
  });
});

describe('retrying', () => {
  it.each(['cancelled', 'failed', 'in-progress', 'planning'] as const)(
    '41 a task that is %s begins a second attempt',
    async (status) => {
      const taskId = await newTaskIn(status);
      const done = { status: 200, body: { ok: true, message: 'Task retry started' } };
      expect(await act(taskId, 'retry')).toEqual(done);
      const task = await getTask(taskId);
      expect(task).toMatchObject({ status: 'queued', attempt: 2, retryCount: 1 });
      expect(task.waitingFor).toBe('runner');
      for (const member of ['error', 'completedAt', 'feedback']) {
        expect(task).not.toHaveProperty(member);
      }
      expect(task.stages.map((stage) => stage.status)).toEqual(Array(5).fill('pending'));
      const retried = (await allEvents(taskId)).find(({ type }) => type === 'task:retried');
      expect(retried?.data).toMatchObject({ attempt: 2, status: 'queued' });
    },
  );

  it('41 a third attempt follows a second', async () => {
    const taskId = await newTaskIn('failed');
    for (const attempt of [2, 3]) {
      await act(taskId, 'retry');
      expect(await getTask(taskId)).toMatchObject({ attempt, retryCount: attempt - 1 });
      await report(taskId, { status: 'failed' });
    }
  });

  it('41 from a stage on begins again, gates are asked again, feedback is forgotten', async () => {
    const taskId = await newTask({ autonomy: 'review-before-merge', workflow: 'bugfix' });
    for (const stage of ['investigation', 'fix', 'testing']) {
      await report(taskId, { status: 'in-progress', stage });
    }
    await report(taskId, { status: 'completed' });
    await send(`/tasks/${taskId}/gates/review/request-changes`, { comment: 'again' });
    await send(`/tasks/${taskId}/gates/review/approve`);
    await act(taskId, 'cancel');
    await leavesAlone(taskId, async () => {
      for (const from of ['lunch', '']) {
        const wrong = await refusal(`/tasks/${taskId}/retry`, { json: { from } });
        expect(wrong).toMatchObject({ status: 400, errors: [{ path: 'from' }] });
      }
    });
    await act(taskId, 'retry', { from: 'fix' });
    const task = await getTask(taskId);
    expect(task).not.toHaveProperty('feedback');
    const kept = task.stages.map(({ status }) => status);
    expect(kept).toEqual(['completed', 'pending', 'pending', 'pending']);
    expect(await getGate(taskId, 'review')).toMatchObject({ status: 'pending', attempt: 2 });
  });

  it.each(['completed', 'queued', 'pending', 'paused', 'waiting-approval'] as const)(
    '42 a task that is %s is 409',
    async (status) => {
      const error = 'Only failed, cancelled, or stuck tasks can be retried';
      await forbidden(await newTaskIn(status), 'retry', error);
    },
  );
});

describe('pausing and resuming', () => {
  it.each(['queued', 'pending'] as const)(
    '43 resuming a task that is %s starts it',
    async (status) => {
      const taskId = await newTaskIn(status);
      expect(await act(taskId, 'resume')).toEqual({
        status: 200,
        body: { ok: true, message: 'Task execution started', taskId },
      });
      expect(await getTask(taskId)).toMatchObject({ status: 'queued', waitingFor: 'runner' });
    },
  );

  it.each([
    ...(['completed', 'failed', 'cancelled'] as const),
    ...(['in-progress', 'planning', 'waiting-approval'] as const),
  ])('44 resuming a task that is %s is 409', async (status) => {
    await forbidden(await newTaskIn(status), 'resume', cannotResume(status));
  });

  it.each(['queued', 'pending', 'planning', 'in-progress'] as const)(
    '45 pausing a task that is %s, and resuming it, queues it',
    async (status) => {
      const taskId = await newTaskIn(status);
      const { attempt } = await getTask(taskId);
      expect(await act(taskId, 'pause')).toEqual({
        ...{ status: 200, body: { ok: true, message: 'Task paused', taskId } },
      });
      const paused = await getTask(taskId);
      expect(paused).toMatchObject({ status: 'paused', pauseReason: 'manual', pausedAt: INSTANT });
      expect(await act(taskId, 'resume')).toEqual({
        status: 200,
        body: { ok: true, message: 'Task resumed from paused state', taskId },
      });
      const task = await getTask(taskId);
      expect(task).toMatchObject({ status: 'queued', attempt, resumeAttempts: 1 });
      for (const member of ['pausedAt', 'pauseReason', 'resumeAfter', 'error']) {
        expect(task).not.toHaveProperty(member);
      }
    },
  );

  it.each(['paused', 'waiting-approval', 'completed', 'failed', 'cancelled'] as const)(
    '45 pausing a task that is %s is 409',
    async (status) => {
      await forbidden(await newTaskIn(status), 'pause', expect.stringContaining(status));
    },
  );

  it('45 the reason is kept, and a pause with resumeAfter resumes itself, not before', async () => {
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

  it('45 resumeAfter may have any offset, and is told as all dates are', async () => {
    for (const resumeAfter of ['2099-01-01T00:00:00Z', '2099-01-01T02:00:00+02:00']) {
      const taskId = await newTask();
      expect((await act(taskId, 'pause', { resumeAfter })).status).toBe(200);
      expect((await getTask(taskId)).resumeAfter).toBe('2099-01-01T00:00:00.000Z');
    }
  });

  it('46 GET /tasks/paused, with none and with some', async () => {
    const projectId = await newProject();
    const list = `/tasks/paused?projectId=${projectId}`;
    const none = { tasks: [], count: 0, message: 'No paused tasks found.' };
    expect(await read(list)).toEqual({ status: 200, body: none });
    await newTask({ projectId });
    const ids = [
      await newTaskIn('paused', { projectId }),
      await newTaskIn('paused', { projectId }),
    ];
    const { body } = await read<{ tasks: { id: string }[]; message: string }>(list);
    expect(body).toMatchObject({
      count: 2,
      message: '2 paused task(s) found. Use POST /tasks/:id/resume to resume.',
    });
    expect(body.tasks.map(({ id }) => id)).toEqual(ids.toSorted().reverse());
    const first = await read<{ nextCursor?: string }>(`${list}&limit=1`);
    expect(first.body).toMatchObject({ count: 1, message: body.message });
    const rest = await read(`${list}&limit=1&cursor=${first.body.nextCursor}`);
    expect(rest.body).toMatchObject({ count: 1 });
    await act(ids[0] ?? '', 'resume');
    await act(ids[1] ?? '', 'cancel');
    expect((await read(list)).body).toEqual(none);
  });

  it('47 on an unknown task each is 404, and 400 where the body is wrong', async () => {
    for (const id of UNKNOWN_IDS) {
      for (const verb of ['cancel', 'retry', 'resume', 'pause']) {
        expect(await refusal(`/tasks/${id}/${verb}`, { json: {} })).toMatchObject(NO_TASK);
      }
      const wrong = await refusal(`/tasks/${id}/pause`, { json: { reason: 7 } });
      expect(wrong).toMatchObject({ status: 400, errors: [{ path: 'reason' }] });
    }
  });

  it('47 bad fields are 400 and change nothing', async () => {
    const taskId = await newTask();
    await leavesAlone(taskId, async () => {
      for (const [verb, path, value] of [
        ['pause', 'reason', 'x'.repeat(101)],
        ['pause', 'reason', 7],
        ['pause', 'resumeAfter', 'tomorrow'],
        ['pause', 'resumeAfter', 7],
        ['cancel', 'reason', []],
        ['retry', 'from', 3],
      ] as const) {
        const wrong = await refusal(`/tasks/${taskId}/${verb}`, { json: { [path]: value } });
        expect(wrong).toMatchObject({ status: 400, errors: [{ path }] });
      }
    });
  });
});
