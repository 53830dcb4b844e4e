// Gates by hand: cases 30–38 of the conformance table, on tasks that no runner holds.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import type { Gate } from '../../src/contract/gate.ts';
import { ask } from './ask.ts';
import {
  allEvents,
  getGate,
  getTask,
  newDoneTask,
  newTask,
  read,
  report,
  send,
  typesOf,
} from './world.ts';

const unknown = newTaskId(Date.now());
const newGated = (fields = {}) => newTask({ autonomy: 'review-before-merge', ...fields });
const decide = (taskId: string, verb: string, json: unknown = {}, gate = 'review') =>
  send(`/tasks/${taskId}/gates/${gate}/${verb}`, json);
const gatesOf = async (taskId: string) =>
  (await read<{ gates: Gate[] }>(`/tasks/${taskId}/gates`)).body.gates;
const OK = { status: 200, body: { ok: true } };
const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

/** A gated task that asked to be completed and is held. */
async function newHeld(): Promise<string> {
  const taskId = await newGated();
  await report(taskId, { status: 'in-progress' });
  expect(await report(taskId, { status: 'completed', message: 'ready' })).toEqual({
    status: 200,
    body: { ok: true, status: 'waiting-approval', gate: 'review' },
  });
  return taskId;
}

describe('reading gates', () => {
  it('case 30: a gate that the task does not have is not required', async () => {
    const { status, body } = await read(`/tasks/${await newGated()}/gates/approval`);
    expect([status, body]).toEqual([200, { status: 'not-required' }]);
  });

  it('cases 31 and 34: of an unknown task is 404', async () => {
    for (const answer of [
      await read(`/tasks/${unknown}/gates/review`),
      await read(`/tasks/${unknown}/gates`),
      await decide(unknown, 'approve'),
      await decide(unknown, 'reject'),
      await decide(unknown, 'request-changes', { comment: 'x' }),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { error: 'Task not found' } });
    }
  });

  it.each([
    ['full', []],
    ['review-before-commit', ['commit']],
    ['review-before-merge', ['review']],
    ['manual', ['planning', 'architecture', 'implementation', 'testing', 'review']],
  ])('autonomy %s has its gates pending from creation', async (autonomy, names) => {
    const gates = await gatesOf(await newTask({ autonomy }));
    expect(gates.map(({ name }) => name).sort()).toEqual(names.toSorted());
    for (const gate of gates) expect(gate.status).toBe('pending');
  });

  it('a malformed name is 400', async () => {
    const taskId = await newGated();
    for (const name of ['%20', '-x', 'a'.repeat(101), 'a%2fb', '%C3%A4']) {
      expect((await read(`/tasks/${taskId}/gates/${name}`)).status).toBe(400);
      expect((await decide(taskId, 'approve', {}, name)).status).toBe(400);
    }
  });
});

describe('deciding gates', () => {
  it('cases 32 and 33: an approval is kept, with who and why', async () => {
    const taskId = await newGated();
    expect(await getGate(taskId, 'review')).toMatchObject({ status: 'pending', taskId });
    expect(await decide(taskId, 'approve', { approver: 'ada', comment: 'LGTM!' })).toEqual(OK);
    expect(await getGate(taskId, 'review')).toMatchObject({
      status: 'approved',
      approver: 'ada',
      approverId: 'usr_local',
      comment: 'LGTM!',
    });
  });

  it('case 35: with {} and with no body the approver is the local owner', async () => {
    for (const init of [
      { method: 'POST' },
      { json: {} },
      { method: 'POST', body: '', headers: { 'Content-Type': 'application/json' } },
    ]) {
      const taskId = await newGated();
      const answer = await ask(`/tasks/${taskId}/gates/review/approve`, init);
      expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
      expect(await getGate(taskId, 'review')).toMatchObject({ approver: 'local owner' });
    }
  });

  it('case 36: a rejection fails the task and says why', async () => {
    for (const [comment, error] of [
      ['too slow', 'Gate "review" rejected: too slow'],
      [undefined, 'Gate "review" rejected'],
    ]) {
      const taskId = await newGated();
      expect(await decide(taskId, 'reject', { approver: 'ada', comment })).toEqual(OK);
      expect(await getGate(taskId, 'review')).toMatchObject({ status: 'rejected' });
      expect(await getTask(taskId)).toMatchObject({ status: 'failed', error });
    }
  });

  it('case 37: the list has the record of each gate, a decided one with its decision', async () => {
    const taskId = await newGated();
    const [pending] = await gatesOf(taskId);
    expect(pending).toMatchObject({ taskId, name: 'review', status: 'pending' });
    expect(pending?.requiredAt).toEqual(INSTANT);
    expect(pending).not.toHaveProperty('respondedAt');
    await decide(taskId, 'approve', { approver: 'ada', comment: 'fine' });
    expect(await gatesOf(taskId)).toEqual([
      {
        ...pending,
        ...{ status: 'approved', respondedAt: INSTANT },
        ...{ approver: 'ada', approverId: 'usr_local', comment: 'fine' },
      },
    ]);
  });

  it('case 38: a task that asks for approval waits, and goes back to what it was', async () => {
    const taskId = await newGated();
    await report(taskId, { status: 'in-progress' });
    const asked = await report(taskId, { status: 'waiting-approval', stage: 'testing' });
    const held = { ok: true, status: 'waiting-approval', gate: 'review' };
    expect(asked).toEqual({ status: 200, body: held });
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'waiting-approval', waitingFor: 'gate' });
    const { id = '', reachedAt } = await getGate(taskId, 'review');
    expect(reachedAt).toEqual(INSTANT);
    expect(task.waitingDetail).toEqual({ gates: [{ id, name: 'review' }] });
    expect(await decide(taskId, 'approve')).toEqual(OK);
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress' });
    expect(await getTask(taskId)).not.toHaveProperty('waitingFor');
  });

  it('case 38: completed waits at an undecided gate, and approval carries it out', async () => {
    const taskId = await newHeld();
    expect(await getTask(taskId)).not.toHaveProperty('completedAt');
    expect(await decide(taskId, 'approve')).toEqual(OK);
    expect(await getTask(taskId)).toMatchObject({
      status: 'completed',
      statusMessage: 'ready',
      completedAt: INSTANT,
    });
  });

  it('case 38: an approval that came before passes the report at once', async () => {
    const taskId = await newGated();
    await decide(taskId, 'approve');
    expect(await report(taskId, { status: 'completed' })).toEqual(OK);
    expect((await getTask(taskId)).status).toBe('completed');
  });

  it('without an undecided gate, waiting-approval opens review, also for a second time', async () => {
    const taskId = await newTask();
    for (const round of [1, 2]) {
      await report(taskId, { status: 'waiting-approval' });
      expect((await getTask(taskId)).status).toBe('waiting-approval');
      expect(await gatesOf(taskId)).toHaveLength(round);
      expect(await decide(taskId, 'approve')).toEqual(OK);
    }
    expect((await getTask(taskId)).status).toBe('in-progress');
  });

  it('manual: each gate in its turn holds a report that would pass it', async () => {
    const taskId = await newTask({ autonomy: 'manual', workflow: 'bugfix' });
    for (const gate of ['investigation', 'fix', 'testing', 'review']) {
      const { body } = await report(taskId, { status: 'completed' });
      if (gate === 'investigation') expect(body).toMatchObject({ gate });
      expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
      expect(await getGate(taskId, gate)).toMatchObject({ status: 'pending', reachedAt: INSTANT });
      expect(await decide(taskId, 'approve', {}, gate)).toEqual(OK);
    }
    expect((await getTask(taskId)).status).toBe('completed');
  });

  it('request-changes sends the task back with the comment, and the gate is asked again', async () => {
    const taskId = await newHeld();
    const missing = await decide(taskId, 'request-changes');
    expect([missing.status, missing.body['error']]).toEqual([400, 'Comment is required']);
    expect(await decide(taskId, 'request-changes', { comment: 'smaller' })).toEqual(OK);
    const task = await getTask(taskId);
    expect(task.status).toBe('in-progress');
    expect(task.feedback).toEqual([
      { gate: 'review', by: 'local owner', comment: 'smaller', at: INSTANT },
    ]);
    expect(await getGate(taskId, 'review')).toMatchObject({ status: 'pending' });
    expect(await report(taskId, { status: 'completed' })).toMatchObject({
      body: { gate: 'review' },
    });
  });
});

describe('decisions that are refused change nothing', () => {
  const refusedWith = async (taskId: string, act: () => ReturnType<typeof decide>) => {
    const before = await getTask(taskId);
    const { status, body } = await act();
    expect(await getTask(taskId)).toEqual(before);
    return [status, body['code']];
  };

  it('a name that the task does not have', async () => {
    const taskId = await newGated();
    const act = () => decide(taskId, 'approve', {}, 'invented');
    expect(await refusedWith(taskId, act)).toEqual([409, 'gate_not_required']);
  });

  it('another decision on a decided gate; the same again is 200', async () => {
    const taskId = await newGated();
    await decide(taskId, 'approve');
    const count = (await allEvents(taskId)).length;
    expect(await decide(taskId, 'approve', { comment: 'again' })).toEqual(OK);
    expect(await allEvents(taskId)).toHaveLength(count);
    for (const verb of ['reject', 'request-changes']) {
      const act = () => decide(taskId, verb, { comment: 'x' });
      expect(await refusedWith(taskId, act)).toEqual([409, 'gate_decided']);
    }
  });

  it('an action that is not the one that was seen', async () => {
    const taskId = await newGated();
    const { actionHash } = await getGate(taskId, 'review');
    const act = () => decide(taskId, 'approve', { actionHash: 'sha256:other' });
    expect(await refusedWith(taskId, act)).toEqual([409, 'action_changed']);
    expect(await decide(taskId, 'approve', { actionHash })).toEqual(OK);
  });

  it('a gate of a task that has ended', async () => {
    const taskId = await newGated();
    await send(`/tasks/${taskId}/cancel`);
    const act = () => decide(taskId, 'approve');
    expect(await refusedWith(taskId, act)).toEqual([409, 'invalid_transition']);
    expect(typesOf(await allEvents(await newDoneTask()))).not.toContain('gate:required');
  });
});
