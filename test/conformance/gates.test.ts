// Cases 30–38: gates, on tasks that nobody but the client reports on.

import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/contract/gate.ts';
import { ask } from '../worker/ask.ts';
import { allEvents, getGate, getTask, newTask, read, report, typesOf } from '../worker/world.ts';
import { INSTANT, JSON_TYPE, NO_TASK, nullsIn, OK, refusal, UNKNOWN_IDS } from './checks.ts';
import { decide, gatesOf, HELD, newGated, newHeld } from './gated.ts';

const DECISIONS = ['approve', 'reject', 'request-changes'];

describe('gates', () => {
  it('30 a gate that the task does not have is exactly not required', async () => {
    for (const name of ['approval', 'commit', 'constructor', 'planning']) {
      expect(await read(`/tasks/${await newGated()}/gates/${name}`)).toEqual({
        ...{ status: 200, body: { status: 'not-required' } },
      });
    }
  });

  it('31 reading a gate of an unknown task is 404', async () => {
    for (const id of UNKNOWN_IDS) {
      expect(await refusal(`/tasks/${id}/gates/review`)).toMatchObject(NO_TASK);
      expect(await refusal(`/tasks/${id}/gates`)).toMatchObject(NO_TASK);
    }
  });

  it('32 an approval with approver and comment is {ok:true}', async () => {
    const json = { approver: 'john@example.com', comment: 'LGTM!' };
    expect(await decide(await newGated(), 'approve', json)).toEqual(OK);
  });

  it('33 the gate is pending before and approved after, with who and why', async () => {
    const taskId = await newGated();
    expect(await getGate(taskId, 'review')).toMatchObject({ status: 'pending', taskId });
    await decide(taskId, 'approve', { approver: 'ada', comment: 'LGTM!' });
    const gate = await getGate(taskId, 'review');
    expect(gate).toMatchObject({
      ...{ status: 'approved', name: 'review', respondedAt: INSTANT },
      ...{ approver: 'ada', approverId: 'usr_local', comment: 'LGTM!' },
    });
    expect(Gate.parse(gate)).toEqual(gate);
    expect((await getTask(taskId)).gates).toEqual([gate]);
  });

  it('34 deciding a gate of an unknown task is 404', async () => {
    for (const id of UNKNOWN_IDS) {
      for (const verb of DECISIONS) {
        const json = { comment: 'x' };
        expect(await refusal(`/tasks/${id}/gates/review/${verb}`, { json })).toMatchObject(NO_TASK);
      }
    }
  });

  it('35 with {}, no body or an empty one the approver is the local owner', async () => {
    for (const init of [
      { method: 'POST' },
      { json: {} },
      { method: 'POST', body: '', headers: JSON_TYPE },
      { method: 'POST', headers: JSON_TYPE },
    ]) {
      const taskId = await newGated();
      const answer = await ask(`/tasks/${taskId}/gates/review/approve`, init);
      expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
      const gate = await getGate(taskId, 'review');
      expect(gate).toMatchObject({ approver: 'local owner', approverId: 'usr_local' });
      expect(gate).not.toHaveProperty('comment');
      expect(gate).not.toHaveProperty('claimedApprover');
    }
  });

  it('36 a rejection fails the task and says why, before the gate is reached and at it', async () => {
    for (const make of [newGated, newHeld]) {
      for (const [comment, error] of [
        ['too slow', 'Gate "review" rejected: too slow'],
        [undefined, 'Gate "review" rejected'],
        ['', 'Gate "review" rejected'],
      ]) {
        const taskId = await make();
        expect(await decide(taskId, 'reject', { approver: 'ada', comment })).toEqual(OK);
        expect(await getGate(taskId, 'review')).toMatchObject({
          ...{ status: 'rejected', approver: 'ada', respondedAt: INSTANT },
        });
        const task = await getTask(taskId);
        expect(task).toMatchObject({ status: 'failed', error });
        expect(task).not.toHaveProperty('waitingFor');
      }
    }
  });

  it('37 the list has the record of each gate, a decided one with its decision', async () => {
    const taskId = await newGated();
    const { createdAt } = await getTask(taskId);
    const [pending, ...others] = await gatesOf(taskId);
    expect(others).toEqual([]);
    expect(pending).toMatchObject({ taskId, name: 'review', status: 'pending' });
    expect(pending?.requiredAt).toBe(createdAt);
    for (const later of ['respondedAt', 'reachedAt', 'approver', 'approverId', 'comment']) {
      expect(pending).not.toHaveProperty(later);
    }
    await decide(taskId, 'approve', { approver: 'ada', comment: 'fine' });
    const decided = { status: 'approved', state: 'consumed', respondedAt: INSTANT };
    const why = { approver: 'ada', approverId: 'usr_local', comment: 'fine' };
    const gates = await gatesOf(taskId);
    expect(gates).toMatchObject([{ ...pending, ...decided, ...why }]);
    expect(nullsIn(gates)).toEqual([]);
    expect(await gatesOf(await newTask())).toEqual([]);
  });

  it('38 a task that asks for approval waits, and goes back to what it was', async () => {
    for (const before of ['planning', 'in-progress']) {
      const taskId = await newGated();
      await report(taskId, { status: before });
      const asked = await report(taskId, { status: 'waiting-approval', stage: 'testing' });
      expect(asked).toEqual({ status: 200, body: HELD });
      const task = await getTask(taskId);
      expect(task).toMatchObject({ status: 'waiting-approval', waitingFor: 'gate' });
      const { id = '', reachedAt, status } = await getGate(taskId, 'review');
      expect([status, reachedAt]).toEqual(['pending', INSTANT]);
      expect(task.waitingDetail).toEqual({ gates: [{ id, name: 'review' }] });
      expect(await decide(taskId, 'approve')).toEqual(OK);
      const after = await getTask(taskId);
      expect(after.status).toBe(before);
      expect(after).not.toHaveProperty('waitingFor');
    }
  });

  it('38 completed waits at an undecided gate, and approval carries it out', async () => {
    const taskId = await newGated();
    await report(taskId, { status: 'in-progress' });
    const held = await report(taskId, { status: 'completed', message: 'ready', stage: 'review' });
    expect(held).toEqual({ status: 200, body: HELD });
    const waiting = await getTask(taskId);
    expect(waiting).toMatchObject({ status: 'waiting-approval', waitingFor: 'gate' });
    expect(waiting).not.toHaveProperty('completedAt');
    expect(await decide(taskId, 'approve')).toEqual(OK);
    expect(await getTask(taskId)).toMatchObject({
      ...{ status: 'completed', completedAt: INSTANT },
      ...{ statusMessage: 'ready', currentStage: 'review' },
    });
    const types = typesOf(await allEvents(taskId));
    expect(types.slice(-4)).toEqual([
      ...['gate:required', 'gate:approved', 'task:stage-changed', 'task:completed'],
    ]);
  });

  it('38 an approval that came before passes the report at once', async () => {
    const taskId = await newGated();
    await decide(taskId, 'approve');
    expect((await getTask(taskId)).status).toBe('queued');
    expect(await report(taskId, { status: 'completed' })).toEqual(OK);
    expect(await getTask(taskId)).toMatchObject({ status: 'completed', completedAt: INSTANT });
    expect(typesOf(await allEvents(taskId))).not.toContain('gate:required');
  });

  it('38 rejected, the held report is never carried out', async () => {
    const taskId = await newHeld();
    expect(await decide(taskId, 'reject', { comment: 'no' })).toEqual(OK);
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'failed', error: 'Gate "review" rejected: no' });
    expect(task).not.toHaveProperty('completedAt');
  });
});
