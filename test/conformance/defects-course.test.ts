// §12, what a task must go through: B1–B3, B7, B19. One test each at least.

import { describe, expect, it } from 'vitest';
import { later, newLeasedWorld, ring, stopTheClock } from '../worker/leased-world.ts';
import {
  allEvents,
  claimOne,
  getGate,
  getTask,
  newDoneTask,
  newProject,
  newTask,
  newTestRunner,
  report,
  send,
  workOn,
} from '../worker/world.ts';
import { becomes, refusedAndUnchanged } from './family.ts';
import { decide, newHeld } from './gated.ts';
import { act, newTaskIn } from './states.ts';

describe('a task moves, or says why not', () => {
  it('B1 an unknown workflow is refused at create', async () => {
    const { status, body } = await send('/tasks', { description: 'x', workflow: 'docs' });
    expect([status, body['error']]).toEqual([400, 'Unknown workflow: docs']);
  });

  it('B1 what a task waits for stands in waitingFor', async () => {
    const queued = await newTask();
    expect(await getTask(queued)).toMatchObject({ waitingFor: 'runner' });
    const blocked = await newTask({ dependsOn: [queued] });
    expect(await getTask(blocked)).toMatchObject({
      waitingFor: 'dependency',
      waitingDetail: { tasks: [{ id: queued, status: 'queued' }] },
    });
    const held = await newHeld();
    expect(await getTask(held)).toMatchObject({
      waitingFor: 'gate',
      waitingDetail: { gates: [{ name: 'review' }] },
    });
    const projectId = await newProject({ limits: { maxConcurrentTasks: 1 } });
    await newTask({ projectId });
    const second = await newTask({ projectId });
    await claimOne(await newTestRunner(projectId));
    await becomes(second, {
      waitingFor: 'concurrency',
      waitingDetail: { limit: 1, running: 1 },
    });
    await act(queued, 'pause', { reason: 'lunch' });
    expect(await getTask(queued)).toMatchObject({ status: 'paused', pauseReason: 'lunch' });
  });

  it('B1 a new project runs a task without any set-up', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    await workOn(await claimOne(await newTestRunner(projectId)));
    expect((await getTask(taskId)).status).toBe('completed');
  });
});

describe('gates hold', () => {
  it('B2 an undecided gate holds the task, an invented one is refused, a rejected one fails it', async () => {
    const taskId = await newHeld();
    expect(await getGate(taskId, 'review')).toMatchObject({ status: 'pending' });
    expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
    const [status, code] = await refusedAndUnchanged(taskId, () =>
      decide(taskId, 'approve', {}, 'invented'),
    );
    expect([status, code]).toEqual([409, 'gate_not_required']);
    await decide(taskId, 'reject', { comment: 'no' });
    expect(await getGate(taskId, 'review')).toMatchObject({ status: 'rejected', comment: 'no' });
    expect(await getTask(taskId)).toMatchObject({
      ...{ status: 'failed', error: 'Gate "review" rejected: no' },
    });
  });

  it('B2 a runner is held before the merge, and is handed that work after the approval alone', async () => {
    const { taskId, holder } = await newLeasedWorld({
      ...{ workflow: 'bugfix', autonomy: 'review-before-merge' },
    });
    const next = await workOn(holder);
    expect(next).toMatchObject({ do: 'hold', for: 'gate', gates: [{ name: 'review' }] });
    expect(await getTask(taskId)).toMatchObject({ status: 'waiting-approval' });
    await decide(taskId, 'approve');
    const { body } = await holder.beat();
    expect(body['commands']).toMatchObject([{ type: 'work', data: { work: { kind: 'merge' } } }]);
  });

  // Approvers and quorum are told apart by the names that open mode believes; people with identities of their own
  // come with the issue on accounts.
  it('B2 approvers and quorum of the config count', async () => {
    const gates = [{ name: 'ok', trigger: 'before:merge', approvers: ['ada', 'bob'], quorum: 2 }];
    const projectId = await newProject({ gates });
    const taskId = await newTask({ projectId });
    await report(taskId, { status: 'completed' });
    const eve = await decide(taskId, 'approve', { approver: 'eve' }, 'ok');
    expect(eve).toMatchObject({ status: 403, body: { code: 'not_an_approver' } });
    for (const approver of ['ada', 'ada']) {
      expect((await decide(taskId, 'approve', { approver }, 'ok')).status).toBe(200);
      expect(await getGate(taskId, 'ok')).toMatchObject({ status: 'pending' });
    }
    await decide(taskId, 'approve', { approver: 'bob' }, 'ok');
    expect((await getTask(taskId)).status).toBe('completed');
  });

  describe('in time', () => {
    stopTheClock();

    it('B2 a gate of the config is rejected when its timeout has passed, not before', async () => {
      const gates = [{ name: 'ok', trigger: 'before:merge', timeout: 5 }];
      const taskId = await newTask({ projectId: await newProject({ gates }) });
      await report(taskId, { status: 'completed' });
      later(5 * 60_000 - 1_000);
      await ring(taskId);
      expect(await getGate(taskId, 'ok')).toMatchObject({ status: 'pending' });
      later(2_000);
      await ring(taskId);
      expect(await getGate(taskId, 'ok')).toMatchObject({ status: 'rejected', reason: 'timeout' });
      expect((await getTask(taskId)).status).toBe('failed');
    });
  });
});

describe('resuming', () => {
  it('B3 runs exactly the stages that are not completed, skips none, and writes no error', async () => {
    const { taskId, runner, holder } = await newLeasedWorld({ workflow: 'bugfix' });
    const first = await holder.result(holder.grant.work.workId, { summary: 'found' });
    const { next } = first.body;
    if (next.do !== 'work') throw new Error(`No work, but ${next.do}`);
    expect(next.work.stage).toBe('fix');
    await act(taskId, 'pause');
    await holder.result(next.work.workId, { outcome: 'paused', pauseReason: 'manual' });
    const paused = await getTask(taskId);
    expect(paused).toMatchObject({ status: 'paused' });
    await act(taskId, 'resume');
    const resumed = await getTask(taskId);
    expect(resumed).toMatchObject({ status: 'queued', attempt: 1, resumeAttempts: 1 });
    expect(resumed).not.toHaveProperty('error');
    const again = await claimOne(runner);
    expect(again.grant.work.stage).toBe('fix');
    await workOn(again);
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'completed', attempt: 1 });
    expect(task).not.toHaveProperty('error');
    expect(task.stages.map(({ name, status, attempts }) => [name, status, attempts])).toEqual([
      ['investigation', 'completed', 1],
      ['fix', 'completed', 2],
      ['testing', 'completed', 1],
      ['review', 'completed', 1],
    ]);
  });

  it.each(['completed', 'failed', 'cancelled', 'in-progress', 'waiting-approval'] as const)(
    'B19 that is refused, of a task that is %s, changes nothing, attempts included',
    async (status) => {
      const taskId = await newTaskIn(status);
      const count = (await allEvents(taskId)).length;
      expect((await refusedAndUnchanged(taskId, () => act(taskId, 'resume')))[0]).toBe(409);
      expect(await allEvents(taskId)).toHaveLength(count);
      expect(await getTask(taskId)).toMatchObject({ resumeAttempts: 0, attempt: 1 });
    },
  );
});

describe('reports', () => {
  it('B7 keep their stage and message, and a failed one its error', async () => {
    const taskId = await newTask();
    const said = { status: 'in-progress', stage: 'testing', message: 'nearly' };
    await report(taskId, said);
    expect(await getTask(taskId)).toMatchObject({
      ...{ status: 'in-progress', currentStage: 'testing', statusMessage: 'nearly' },
    });
    await report(taskId, { status: 'failed', message: 'the disk is full' });
    expect(await getTask(taskId)).toMatchObject({ status: 'failed', error: 'the disk is full' });
  });

  it('B7 that are wrong are 400, impossible 409: never ok for what did not happen', async () => {
    const done = await newDoneTask();
    const wrong = await refusedAndUnchanged(done, () => report(done, { status: 'done' }));
    expect(wrong[0]).toBe(400);
    for (const status of ['in-progress', 'failed', 'cancelled', 'completed', 'queued']) {
      expect((await refusedAndUnchanged(done, () => report(done, { status })))[0]).toBe(409);
    }
  });
});
