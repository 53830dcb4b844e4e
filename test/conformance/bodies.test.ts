// §1: bodies, and the order in which a request is checked.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import { ask, askRequired, bearer } from '../worker/ask.ts';
import { newLeasedWorld } from '../worker/leased-world.ts';
import { getTask, newDoneTask, newTask, report, send } from '../worker/world.ts';
import { JSON_TYPE, leavesAlone, NO_TASK, refusal, refusalOf } from './checks.ts';
import { newTaskIn } from './states.ts';

const unknown = newTaskId(Date.now());
const newParent = async () => {
  const taskId = await newTask();
  await send(`/tasks/${taskId}/decompose`, { subtasks: [{ description: 'x' }] });
  return taskId;
};
const newGated = () => newTask({ autonomy: 'review-before-merge' });
const newTrashed = async () => {
  const taskId = await newTask();
  await send(`/tasks/${taskId}/trash`);
  return taskId;
};
const newArchived = async () => {
  const taskId = await newDoneTask();
  await send(`/tasks/${taskId}/archive`);
  return taskId;
};

/** Every route of a task all of whose fields are optional, with a task that it suits. */
const OPTIONAL: readonly (readonly [string, () => Promise<string>])[] = [
  ['cancel', newTask],
  ['pause', newTask],
  ['resume', newTask],
  ['retry', () => newTaskIn('failed')],
  ['trash', newTask],
  ['restore', newTrashed],
  ['archive', newDoneTask],
  ['unarchive', newArchived],
  ['subtasks/execute', newParent],
  ['gates/review/approve', newGated],
  ['gates/review/reject', newGated],
];
/** Those that need a field. */
const REQUIRED = ['status', 'log', 'decompose', 'gates/review/request-changes'];

const NOTHING = [
  { method: 'POST' },
  { method: 'POST', headers: JSON_TYPE },
  { method: 'POST', body: '', headers: JSON_TYPE },
  { method: 'POST', body: '{}', headers: JSON_TYPE },
  { method: 'POST', body: '{"projectPath":"/tmp/x"}', headers: JSON_TYPE },
];

describe('a body', () => {
  it.each(OPTIONAL)('of /%s may be absent, empty or {}: all the same', async (verb, make) => {
    const bodies: unknown[] = [];
    for (const init of NOTHING) {
      const taskId = await make();
      const answer = await ask(`/tasks/${taskId}/${verb}`, init);
      const text = await answer.text();
      expect([answer.status, text]).toEqual([200, expect.stringContaining('"ok":true')]);
      bodies.push(text.replaceAll(taskId, 'ID'));
    }
    expect(new Set(bodies).size).toBe(1);
  });

  const verbs = [...OPTIONAL.map(([verb]) => verb), ...REQUIRED];
  it.each(verbs)('of /%s that is no JSON object is 400 and changes nothing', async (verb) => {
    const taskId = await newGated();
    await leavesAlone(taskId, async () => {
      for (const body of ['{', 'null', '[]', '[{}]', '"x"', '1', 'true', '{}{}']) {
        const init = { method: 'POST', body, headers: JSON_TYPE };
        const answer = await refusal(`/tasks/${taskId}/${verb}`, init);
        expect([body, answer.status, answer.code]).toEqual([body, 400, 'invalid_json']);
      }
    });
  });

  it.each(verbs)('of /%s of another content type is 415, over 1 MiB 413', async (verb) => {
    const taskId = await newGated();
    await leavesAlone(taskId, async () => {
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
      ]) {
        const init = { method: 'POST', body: '{}', headers: { 'Content-Type': type } };
        expect(await refusal(`/tasks/${taskId}/${verb}`, init)).toMatchObject({
          ...{ status: 415, code: 'unsupported_media_type' },
        });
      }
      const json = { pad: 'x'.repeat(1_048_576) };
      expect(await refusal(`/tasks/${taskId}/${verb}`, { json })).toMatchObject({
        ...{ status: 413, code: 'too_large' },
      });
    });
  });
});

describe('the order of checks', () => {
  it('first the credential, then the body, then the task', async () => {
    for (const path of [`/tasks/${unknown}/status`, '/tasks', `/tasks/${unknown}/log`]) {
      const init = { method: 'POST', body: '{', headers: JSON_TYPE };
      expect(await refusalOf(await askRequired(path, init))).toMatchObject({
        ...{ status: 401, code: 'unauthorized' },
      });
      expect((await refusal(path, init)).status).toBe(400);
    }
  });

  it('the scope before the body', async () => {
    const { taskId, runner, holder } = await newLeasedWorld({ autonomy: 'full' });
    for (const token of [runner.token, holder.grant.agentToken]) {
      for (const path of ['/tasks', `/tasks/${taskId}/gates/x/approve`, '/templates']) {
        const headers = { ...JSON_TYPE, ...bearer(token) };
        const init = { method: 'POST', body: '{', headers };
        expect((await refusal(path, init)).status).toBe(403);
      }
    }
  });

  it('the body before the task', async () => {
    for (const [verb, json] of [
      ['status', {}],
      ['status', { status: 'bogus' }],
      ['log', {}],
      ['pause', { reason: 7 }],
      ['decompose', { subtasks: [] }],
      ['decompose', {}],
      ['gates/review/request-changes', {}],
      ['gates/review/approve', { comment: 7 }],
    ] as const) {
      expect([verb, (await refusal(`/tasks/${unknown}/${verb}`, { json })).status]).toEqual([
        ...[verb, 400],
      ]);
    }
  });

  it('the body before the state', async () => {
    const taskId = await newTaskIn('cancelled');
    await leavesAlone(taskId, async () => {
      for (const [verb, json] of [
        ['status', { status: 'bogus' }],
        ['cancel', { reason: 7 }],
        ['pause', { resumeAfter: 'x' }],
        ['retry', { from: 7 }],
      ] as const) {
        expect([verb, (await refusal(`/tasks/${taskId}/${verb}`, { json })).status]).toEqual([
          ...[verb, 400],
        ]);
      }
    });
  });

  it('the task before its state: a foreign one is not there, whatever it is', async () => {
    const { runner } = await newLeasedWorld();
    const foreign = await newTaskIn('cancelled');
    const headers = bearer(runner.token);
    for (const id of [foreign, unknown]) {
      expect(await refusal(`/tasks/${id}`, { headers })).toMatchObject(NO_TASK);
      const json = { leaseId: 'lse_x', epoch: 1 };
      const beat = await refusal(`/tasks/${id}/lease/heartbeat`, { json, headers });
      expect(beat).toMatchObject({ status: 404 });
    }
    expect((await getTask(foreign)).status).toBe('cancelled');
  });
});

describe('a change that was refused', () => {
  it('has the code of a state that forbids it, never of a wrong request', async () => {
    const taskId = await newTaskIn('completed');
    for (const verb of ['cancel', 'pause', 'resume', 'retry', 'restore', 'unarchive']) {
      expect([verb, (await refusal(`/tasks/${taskId}/${verb}`, { json: {} })).status]).toEqual([
        ...[verb, 409],
      ]);
    }
    expect(await report(taskId, { status: 'failed' })).toMatchObject({ status: 409 });
  });
});
