// §6: which gates there are, what they hold, who decides, and what is refused.

import { describe, expect, it } from 'vitest';
import {
  allEvents,
  getGate,
  getTask,
  newDoneTask,
  newProject,
  report,
  send,
} from '../worker/world.ts';
import { INSTANT, leavesAlone, OK, refusal } from './checks.ts';
import { decide, gatesOf, HELD, newGated, newHeld } from './gated.ts';

const refused = (taskId: string, verb: string, json: unknown = {}, gate = 'review') =>
  refusal(`/tasks/${taskId}/gates/${gate}/${verb}`, { json });
const EVERY = ['approve', 'reject', 'request-changes'];
const C = { comment: 'x' };

describe('the gates of an autonomy', () => {
  it.each([
    ['full', 'feature', []],
    ['review-before-commit', 'feature', [['commit', 'implementation']]],
    ['review-before-commit', 'bugfix', [['commit', 'fix']]],
    ['review-before-commit', 'refactor', [['commit', 'refactor']]],
    ['review-before-merge', 'feature', [['review', 'review']]],
    ['review-before-merge', 'refactor', [['review', 'review']]],
    [
      ...(['manual', 'bugfix'] as const),
      ['investigation', 'fix', 'testing', 'review'].map((name) => [name, name]),
    ],
  ])('%s of %s stand from creation', async (autonomy, workflow, wanted) => {
    const taskId = await newGated({ autonomy, workflow });
    const gates = (await gatesOf(taskId)).toReversed();
    expect(gates.map(({ name, stage }) => [name, stage])).toEqual(wanted);
    for (const gate of gates) {
      expect(gate).toMatchObject({ status: 'pending', taskId, requiredAt: INSTANT });
      expect(gate.actionHash).toMatch(/^sha256:/);
      expect(await getGate(taskId, gate.name)).toEqual(gate);
    }
  });

  it('commit stands before the last stage of a workflow that says of none that it writes', async () => {
    const stages = ['one', 'two'].map((name) => ({ name, agent: 'developer' }));
    const projectId = await newProject({ workflows: { docs: { stages } } });
    const taskId = await newGated({
      projectId,
      workflow: 'docs',
      autonomy: 'review-before-commit',
    });
    expect(await gatesOf(taskId)).toMatchObject([{ name: 'commit', stage: 'two' }]);
  });

  it('commit holds a completed report too', async () => {
    const taskId = await newGated({ autonomy: 'review-before-commit' });
    expect(await report(taskId, { status: 'in-progress', stage: 'planning' })).toEqual(OK);
    const held = await report(taskId, { status: 'completed' });
    expect(held.body).toEqual({ ...HELD, gate: 'commit' });
    expect(await decide(taskId, 'approve', {}, 'commit')).toEqual(OK);
    expect((await getTask(taskId)).status).toBe('completed');
  });

  it('manual holds what passes each stage in its turn, and a later stage passes earlier gates', async () => {
    const taskId = await newGated({ autonomy: 'manual', workflow: 'bugfix' });
    expect(await report(taskId, { status: 'in-progress', stage: 'investigation' })).toEqual(OK);
    const held = await report(taskId, { status: 'in-progress', stage: 'fix' });
    expect(held.body).toEqual({ ...HELD, gate: 'investigation' });
    expect((await getTask(taskId)).currentStage).toBe('investigation');
    await decide(taskId, 'approve', {}, 'investigation');
    expect(await getTask(taskId)).toMatchObject({ status: 'in-progress', currentStage: 'fix' });
    await report(taskId, { status: 'completed' });
    for (const gate of ['fix', 'testing', 'review']) {
      expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
      expect(await getGate(taskId, gate)).toMatchObject({ status: 'pending', reachedAt: INSTANT });
      expect(await decide(taskId, 'approve', {}, gate)).toEqual(OK);
    }
    expect((await getTask(taskId)).status).toBe('completed');
  });

  it('waiting-approval without an undecided gate opens review, also again', async () => {
    const taskId = await newGated({ autonomy: 'full' });
    for (const round of [1, 2]) {
      expect((await report(taskId, { status: 'waiting-approval' })).body).toEqual(HELD);
      expect(await gatesOf(taskId)).toHaveLength(round);
      expect(await getGate(taskId, 'review')).toMatchObject({ status: 'pending' });
      expect(await decide(taskId, 'approve')).toEqual(OK);
    }
    expect((await getTask(taskId)).status).toBe('in-progress');
  });
});

describe('a report of waiting-approval', () => {
  it('arrives at the next undecided gate, and approval brings back what was before', async () => {
    const taskId = await newGated({ autonomy: 'manual', workflow: 'bugfix' });
    await decide(taskId, 'approve', {}, 'investigation');
    await report(taskId, { status: 'in-progress', stage: 'fix' });
    expect((await report(taskId, { status: 'waiting-approval' })).body).toEqual({
      ...{ ...HELD, gate: 'fix' },
    });
    await decide(taskId, 'approve', {}, 'fix');
    expect((await getTask(taskId)).status).toBe('in-progress');
    expect(await getGate(taskId, 'testing')).toMatchObject({ status: 'pending' });
  });

  it('opens review again where it was decided', async () => {
    const taskId = await newGated();
    await decide(taskId, 'approve');
    expect((await report(taskId, { status: 'waiting-approval' })).body).toEqual(HELD);
    expect((await gatesOf(taskId)).map(({ status }) => status)).toEqual(['pending', 'approved']);
  });

  it('keeps its stage and message, and is a stage change like any other', async () => {
    const taskId = await newGated();
    await report(taskId, { status: 'waiting-approval', stage: 'testing', message: 'look' });
    expect(await getTask(taskId)).toMatchObject({
      ...{ currentStage: 'testing', statusMessage: 'look' },
    });
    const changed = (await allEvents(taskId)).findLast(({ type }) => type === 'task:stage-changed');
    expect(changed?.data).toMatchObject({ status: 'waiting-approval', stage: 'testing' });
  });
});

describe('a decision', () => {
  it('is asked for again after a retry', async () => {
    const taskId = await newHeld();
    await decide(taskId, 'reject', { comment: 'no' });
    await send(`/tasks/${taskId}/retry`);
    expect(await getGate(taskId, 'review')).toMatchObject({ status: 'pending', attempt: 2 });
    expect((await report(taskId, { status: 'completed' })).body).toEqual(HELD);
    expect(await decide(taskId, 'approve')).toEqual(OK);
    expect((await getTask(taskId)).status).toBe('completed');
  });

  it('the same again by the same person is 200 and changes nothing', async () => {
    for (const verb of ['approve', 'reject']) {
      const taskId = await newGated();
      await decide(taskId, verb, { approver: 'ada', comment: 'first' });
      await leavesAlone(taskId, async () => {
        expect(await decide(taskId, verb, { approver: 'ada', comment: 'again' })).toEqual(OK);
      });
    }
  });

  it('another one on a decided gate is 409', async () => {
    for (const [first, others] of [
      ['approve', ['reject', 'request-changes']],
      ['reject', ['approve', 'request-changes']],
    ] as const) {
      const taskId = await newGated();
      await decide(taskId, first);
      await leavesAlone(taskId, async () => {
        for (const verb of others) {
          expect(await refused(taskId, verb, C)).toMatchObject({
            ...{ status: 409, code: 'gate_decided' },
          });
        }
      });
    }
  });

  it('on a name that the task does not have is 409', async () => {
    for (const make of [newGated, newDoneTask]) {
      const taskId = await make();
      await leavesAlone(taskId, async () => {
        for (const verb of EVERY) {
          const answer = await refused(taskId, verb, C, 'invented');
          expect(answer).toMatchObject({ status: 409, code: 'gate_not_required' });
        }
      });
    }
  });

  it('on another action than the one that was seen is 409', async () => {
    const taskId = await newHeld();
    const { actionHash } = await getGate(taskId, 'review');
    await leavesAlone(taskId, async () => {
      for (const verb of EVERY) {
        const answer = await refused(taskId, verb, { ...C, actionHash: 'sha256:other' });
        expect(answer).toMatchObject({ status: 409, code: 'action_changed' });
      }
    });
    expect(await decide(taskId, 'approve', { actionHash })).toEqual(OK);
  });

  it('on an undecided gate of a finished task is 409', async () => {
    const taskId = await newGated();
    await send(`/tasks/${taskId}/cancel`);
    await leavesAlone(taskId, async () => {
      for (const verb of EVERY) {
        const answer = await refused(taskId, verb, C);
        expect(answer).toMatchObject({ status: 409, code: 'invalid_transition' });
      }
    });
  });

  it('of a wrong form is 400 and changes nothing, also where no such task is', async () => {
    const taskId = await newHeld();
    await leavesAlone(taskId, async () => {
      for (const id of [taskId, 'unknown']) {
        for (const [json, path] of [
          [{ approver: 7 }, 'approver'],
          [{ comment: {} }, 'comment'],
          [{ actionHash: [] }, 'actionHash'],
        ] as const) {
          for (const verb of EVERY) {
            const answer = await refused(id, verb, { ...C, ...json });
            expect(answer).toMatchObject({ status: 400, errors: [{ path }] });
          }
        }
        for (const json of [{}, { comment: '' }, { comment: ' ' }, { approver: 'ada' }]) {
          const answer = await refused(id, 'request-changes', json);
          expect(answer).toMatchObject({ status: 400, error: 'Comment is required' });
        }
      }
    });
  });

  it('that asks for changes brings the task back with the comment, and the gate again', async () => {
    const taskId = await newHeld();
    const [first] = await gatesOf(taskId);
    expect(
      await decide(taskId, 'request-changes', { approver: 'ada', comment: 'smaller' }),
    ).toEqual(OK);
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'in-progress', currentStage: 'review' });
    expect(task.feedback).toEqual([{ gate: 'review', by: 'ada', comment: 'smaller', at: INSTANT }]);
    const [second, before] = await gatesOf(taskId);
    expect(before).toMatchObject({
      ...first,
      ...{ status: 'rejected', state: 'changes-requested', comment: 'smaller' },
    });
    expect(second).toMatchObject({ name: 'review', status: 'pending' });
    expect(second).not.toHaveProperty('reachedAt');
    expect((await report(taskId, { status: 'completed' })).body).toEqual(HELD);
    expect(await decide(taskId, 'approve')).toEqual(OK);
    expect((await getTask(taskId)).status).toBe('completed');
    const events = (await allEvents(taskId)).filter(
      ({ type }) => type === 'gate:changes-requested',
    );
    expect(events.map(({ data }) => data)).toMatchObject([
      { gateName: 'review', requester: 'ada', comment: 'smaller', stage: 'review' },
    ]);
  });
});
