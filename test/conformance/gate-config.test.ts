// §6: the gates that a config adds: where they stand, who decides them, how many, and until when.

import { describe, expect, it } from 'vitest';
import { later, ring, stopTheClock } from '../worker/leased-world.ts';
import { allEvents, configure, getGate, getTask, newProject, report } from '../worker/world.ts';
import { INSTANT, leavesAlone, OK, refusal } from './checks.ts';
import { decide, gatesOf, HELD, newGated } from './gated.ts';

type Fields = Record<string, unknown>;

/** A task of autonomy `full`, so that the gates of its project are all that it has. */
async function newTaskWith(gates: readonly Fields[], fields: Fields = {}): Promise<string> {
  const projectId = await newProject({ gates });
  return newGated({ projectId, workflow: 'bugfix', autonomy: 'full', ...fields });
}
const held = (gate: string) => ({ status: 200, body: { ...HELD, gate } });
const complete = (taskId: string) => report(taskId, { status: 'completed' });

describe('a gate of the config', () => {
  it('stands after its stage, or before the merge, pending from creation', async () => {
    const taskId = await newTaskWith([
      { name: 'legal', trigger: 'before:merge' },
      { name: 'security', trigger: 'after:fix' },
    ]);
    const gates = (await gatesOf(taskId)).toReversed();
    expect(gates.map(({ name, stage, status }) => [name, stage, status])).toEqual([
      ['security', 'fix', 'pending'],
      ['legal', 'review', 'pending'],
    ]);
    expect(await report(taskId, { status: 'in-progress', stage: 'fix' })).toEqual(OK);
    const next = { status: 'in-progress', stage: 'testing' };
    expect(await report(taskId, next)).toEqual(held('security'));
    expect(await decide(taskId, 'approve', {}, 'security')).toEqual(OK);
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress', currentStage: 'testing' });
    expect(await complete(taskId)).toEqual(held('legal'));
    expect(await decide(taskId, 'approve', {}, 'legal')).toEqual(OK);
    expect((await getTask(taskId)).status).toBe('completed');
  });

  it('holds a report that passes it together with others, each in its turn', async () => {
    const taskId = await newTaskWith([
      { name: 'security', trigger: 'after:fix' },
      { name: 'legal', trigger: 'before:merge' },
    ]);
    expect(await complete(taskId)).toEqual(held('security'));
    await decide(taskId, 'approve', {}, 'security');
    const { id, reachedAt } = await getGate(taskId, 'legal');
    expect(reachedAt).toEqual(INSTANT);
    expect(await getTask(taskId)).toMatchObject({
      ...{ status: 'waiting-approval', waitingDetail: { gates: [{ id, name: 'legal' }] } },
    });
    await decide(taskId, 'approve', {}, 'legal');
    expect((await getTask(taskId)).status).toBe('completed');
  });

  it('comes besides those of the autonomy', async () => {
    const gates = [{ name: 'legal', trigger: 'after:review' }];
    const taskId = await newTaskWith(gates, { autonomy: 'review-before-merge' });
    expect((await gatesOf(taskId)).map(({ name }) => name).sort()).toEqual(['legal', 'review']);
  });

  it('that is not required, or stands after a stage of another workflow, is not there', async () => {
    const taskId = await newTaskWith([
      { name: 'optional', trigger: 'after:fix', required: false },
      { name: 'design', trigger: 'after:architecture' },
    ]);
    expect(await gatesOf(taskId)).toEqual([]);
    expect(await getGate(taskId, 'optional')).toEqual({ status: 'not-required' });
    expect(await complete(taskId)).toEqual(OK);
  });

  it('does not change a task that was created before', async () => {
    const projectId = await newProject();
    const fields = { projectId, autonomy: 'full' };
    const before = await newGated(fields);
    await configure(projectId, { gates: [{ name: 'legal', trigger: 'before:merge' }] });
    expect(await gatesOf(before)).toEqual([]);
    expect(await gatesOf(await newGated(fields))).toMatchObject([{ name: 'legal' }]);
  });

  it('of a stage of an own workflow stands after that stage', async () => {
    const stages = [{ name: 'write', agent: 'developer', gate: 'style' }];
    const projectId = await newProject({ workflows: { docs: { stages } } });
    const taskId = await newGated({ projectId, workflow: 'docs', autonomy: 'full' });
    expect(await gatesOf(taskId)).toMatchObject([{ name: 'style', stage: 'write' }]);
    expect(await complete(taskId)).toEqual(held('style'));
  });
});

describe('approvers and quorum', () => {
  it('only its approvers decide, by name; others are refused and change nothing', async () => {
    const gates = [{ name: 'legal', trigger: 'before:merge', approvers: ['ada', 'bob'] }];
    const taskId = await newTaskWith(gates);
    await complete(taskId);
    await leavesAlone(taskId, async () => {
      for (const json of [{ approver: 'eve' }, {}]) {
        for (const verb of ['approve', 'reject']) {
          const path = `/tasks/${taskId}/gates/legal/${verb}`;
          expect((await refusal(path, { json })).status).toBe(403);
        }
      }
    });
    expect(await decide(taskId, 'approve', { approver: 'bob' }, 'legal')).toEqual(OK);
    expect(await getGate(taskId, 'legal')).toMatchObject({ status: 'approved', approver: 'bob' });
  });

  it('with a quorum the first approvals are 200 and the gate stays pending', async () => {
    const gates = [{ name: 'legal', trigger: 'before:merge', quorum: 3 }];
    const taskId = await newTaskWith(gates);
    await complete(taskId);
    for (const approver of ['ada', 'bob']) {
      for (const _again of [1, 2]) {
        expect(await decide(taskId, 'approve', { approver }, 'legal')).toEqual(OK);
        expect(await getGate(taskId, 'legal')).toMatchObject({ status: 'pending', quorum: 3 });
      }
    }
    expect((await getGate(taskId, 'legal')).votes).toMatchObject([
      { approver: 'ada' },
      { approver: 'bob' },
    ]);
    expect((await getTask(taskId)).status).toBe('waiting-approval');
    expect(await decide(taskId, 'approve', { approver: 'eve' }, 'legal')).toEqual(OK);
    expect((await getGate(taskId, 'legal')).status).toBe('approved');
    expect((await getTask(taskId)).status).toBe('completed');
    const votes = (await allEvents(taskId)).filter(({ type }) => type === 'gate:vote');
    expect(votes.map(({ data }) => data)).toMatchObject([
      { gateName: 'legal', approver: 'ada', quorum: 3 },
      { gateName: 'legal', approver: 'bob', quorum: 3 },
    ]);
  });

  it('with a quorum one rejection is enough', async () => {
    const gates = [{ name: 'legal', trigger: 'before:merge', quorum: 2 }];
    const taskId = await newTaskWith(gates);
    await decide(taskId, 'approve', { approver: 'ada' }, 'legal');
    expect(await decide(taskId, 'reject', { approver: 'bob', comment: 'no' }, 'legal')).toEqual(OK);
    expect(await getTask(taskId)).toMatchObject({
      ...{ status: 'failed', error: 'Gate "legal" rejected: no' },
    });
  });
});

describe('a timeout', () => {
  stopTheClock();

  it('rejects the gate once nobody has answered in time, with the reason', async () => {
    const taskId = await newTaskWith([{ name: 'legal', trigger: 'before:merge', timeout: 5 }]);
    expect(await getGate(taskId, 'legal')).not.toHaveProperty('expiresAt');
    await complete(taskId);
    const { expiresAt = '' } = await getGate(taskId, 'legal');
    expect(Date.parse(expiresAt) - Date.now()).toBe(300_000);
    later(299_000);
    await ring(taskId);
    expect((await getTask(taskId)).status).toBe('waiting-approval');
    later(2_000);
    const late = await refusal(`/tasks/${taskId}/gates/legal/approve`, { json: {} });
    expect(late).toMatchObject({ status: 409, code: 'gate_decided' });
    await ring(taskId);
    expect(await getGate(taskId, 'legal')).toMatchObject({ status: 'rejected', reason: 'timeout' });
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'failed', error: expect.stringContaining('legal') });
  });
});
