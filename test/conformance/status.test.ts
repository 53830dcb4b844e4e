// Cases 21–24 and 48: reports of a status.

import { describe, expect, it } from 'vitest';
import { TASK_STATUSES, type TaskStatus } from '../../src/contract/task.ts';
import {
  allEvents,
  getTask,
  newDoneTask,
  newTask,
  report,
  send,
  typesOf,
} from '../worker/world.ts';
import { INSTANT, leavesAlone, NO_TASK, OK, refusal, UNKNOWN_IDS } from './checks.ts';
import { newTaskIn } from './states.ts';

const refused = (taskId: string, json: unknown, method = 'POST') =>
  refusal(`/tasks/${taskId}/status`, { json, method });
const STATUSES = `Status must be one of: ${TASK_STATUSES.join(', ')}`;
const ENDS: readonly (readonly [TaskStatus, string])[] = [
  ['completed', 'task:completed'],
  ['failed', 'task:failed'],
  ['cancelled', 'task:cancelled'],
  ['paused', 'task:paused'],
];

describe('reporting a status', () => {
  it('21 is {ok:true}, and the task is what was reported', async () => {
    const taskId = await newTask();
    expect(await report(taskId, { status: 'in-progress', stage: 'planning' })).toEqual(OK);
    expect((await getTask(taskId)).status).toBe('in-progress');
  });

  it('22 stage and message are kept, until others come', async () => {
    const taskId = await newTask();
    await report(taskId, { status: 'in-progress', stage: 'planning', message: 'reading' });
    const first = { currentStage: 'planning', statusMessage: 'reading' };
    expect(await getTask(taskId)).toMatchObject(first);
    await report(taskId, { status: 'in-progress', stage: 'architecture', message: 'drawing' });
    const second = { currentStage: 'architecture', statusMessage: 'drawing' };
    expect(await getTask(taskId)).toMatchObject(second);
  });

  it('22 a stage that is not in the workflow is a label only', async () => {
    const taskId = await newTask();
    await report(taskId, { status: 'in-progress', stage: 'coffee' });
    const task = await getTask(taskId);
    expect(task.currentStage).toBe('coffee');
    expect(task.stages.map(({ status }) => status)).toEqual(Array(5).fill('pending'));
  });

  it('23 on an unknown task it is 404, PATCH too', async () => {
    for (const id of UNKNOWN_IDS) {
      for (const method of ['POST', 'PATCH']) {
        expect(await refused(id, { status: 'in-progress' }, method)).toMatchObject(NO_TASK);
      }
    }
  });

  it('24 completed sets completedAt, and nothing else ever carries it', async () => {
    expect(await getTask(await newDoneTask())).toMatchObject({
      ...{ status: 'completed', completedAt: INSTANT },
    });
    for (const status of TASK_STATUSES.filter((name) => name !== 'completed')) {
      expect(await getTask(await newTaskIn(status))).not.toHaveProperty('completedAt');
    }
  });

  it('24 an undocumented value is 400 and changes nothing', async () => {
    const taskId = await newTask();
    await leavesAlone(taskId, async () => {
      for (const status of ['done', 'in_progress', '', 'IN-PROGRESS', null, 1, {}, 'trashed']) {
        for (const method of ['POST', 'PATCH']) {
          expect(await refused(taskId, { status }, method)).toMatchObject({
            ...{ status: 400, code: 'invalid_request', error: STATUSES },
            errors: [{ path: 'status', message: STATUSES }],
          });
        }
      }
    });
  });

  it('24 without a status it is 400, also on a task that is not there', async () => {
    const taskId = await newTask();
    await leavesAlone(taskId, async () => {
      for (const id of [taskId, ...UNKNOWN_IDS]) {
        for (const json of [{}, { stage: 'planning', message: 'x' }]) {
          expect(await refused(id, json)).toMatchObject({
            ...{ status: 400, error: 'Status is required', errors: [{ path: 'status' }] },
          });
        }
      }
    });
  });

  it('24 a wrong stage or message is 400 and names it', async () => {
    const taskId = await newTask();
    await leavesAlone(taskId, async () => {
      for (const [path, value, error] of [
        ['stage', 1, 'Stage must be a string'],
        ['stage', null, 'Stage must be a string'],
        ['message', {}, 'Message must be a string'],
      ] as const) {
        const json = { status: 'in-progress', [path]: value };
        expect(await refused(taskId, json)).toMatchObject({ error, errors: [{ path }] });
      }
    });
  });

  it('48 a cancelled task stays cancelled, whatever is reported', async () => {
    const taskId = await newTask();
    await send(`/tasks/${taskId}/cancel`);
    await leavesAlone(taskId, async () => {
      for (const to of TASK_STATUSES) {
        expect(await refused(taskId, { status: to })).toMatchObject({
          status: 409,
          code: 'invalid_transition',
          error: `Cannot change status from cancelled to ${to}`,
        });
      }
    });
    expect((await getTask(taskId)).status).toBe('cancelled');
  });
});

describe('what a report leaves behind', () => {
  it('failed keeps its message as the error, and no message leaves some error', async () => {
    const taskId = await newTask();
    await report(taskId, { status: 'failed', message: 'the disk is full' });
    expect(await getTask(taskId)).toMatchObject({
      ...{ status: 'failed', error: 'the disk is full', statusMessage: 'the disk is full' },
    });
    const silent = await newTask();
    await report(silent, { status: 'failed' });
    expect((await getTask(silent)).error).toMatch(/./);
  });

  it('cancelled is a cancellation by a person, paused a pause by hand', async () => {
    const cancelled = await newTaskIn('cancelled');
    expect(await getTask(cancelled)).toMatchObject({ error: 'Task was cancelled by user' });
    const paused = await getTask(await newTaskIn('paused'));
    expect(paused).toMatchObject({ pauseReason: 'manual', pausedAt: INSTANT });
  });

  it.each(ENDS)('%s is a stage change and then %s', async (status, type) => {
    const taskId = await newTask();
    const before = (await getTask(taskId)).seq;
    await report(taskId, { status, stage: 'testing', message: 'so' });
    const events = (await allEvents(taskId)).slice(before);
    expect(typesOf(events)).toEqual(['task:stage-changed', type]);
    expect(events[0]?.data).toMatchObject({ status, stage: 'testing', message: 'so' });
  });

  it('every report is a stage change, also when only the message is new or nothing is', async () => {
    const taskId = await newTaskIn('in-progress');
    const before = (await getTask(taskId)).seq;
    for (const message of ['still', 'still']) {
      expect(await report(taskId, { status: 'in-progress', message })).toEqual(OK);
    }
    const types = typesOf((await allEvents(taskId)).slice(before));
    expect(types).toEqual(['task:stage-changed', 'task:stage-changed']);
  });

  it('PATCH is the same report and answers the changed task', async () => {
    const taskId = await newTask();
    const json = { status: 'planning', stage: 'planning', message: 'hm' };
    const answer = await send(`/tasks/${taskId}/status`, json, { method: 'PATCH' });
    expect(answer).toEqual({ status: 200, body: await getTask(taskId) });
    expect(answer.body).toMatchObject({ status: 'planning', statusMessage: 'hm' });
    expect(await refused(taskId, { status: 'queued' }, 'PATCH')).toMatchObject({ status: 409 });
  });
});
