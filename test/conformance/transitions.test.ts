// §5: every report on a task in every status, taken or refused; and what a lease and a dependency add.

import { describe, expect, it } from 'vitest';
import { TASK_STATUSES, type TaskStatus } from '../../src/contract/task.ts';
import { newWorkingWorld } from '../worker/leased-world.ts';
import { eventually, getGate, getTask, newTask, report, send } from '../worker/world.ts';
import { leavesAlone, OK, refusal } from './checks.ts';
import { newTaskIn } from './states.ts';

const ALL = [
  ...(['planning', 'in-progress', 'waiting-approval', 'paused'] as const),
  ...(['completed', 'failed', 'cancelled'] as const),
];

/** The table: what may be reported of a task that is now so. */
const TAKEN: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  pending: ALL,
  queued: ALL,
  planning: ALL,
  'in-progress': ALL.filter((status) => status !== 'planning'),
  'waiting-approval': ['failed', 'cancelled'],
  paused: ['planning', 'in-progress', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

const refused = (taskId: string, status: TaskStatus) =>
  refusal(`/tasks/${taskId}/status`, { json: { status } });
const HELD = { ok: true, status: 'waiting-approval', gate: 'review' };

describe.each(TASK_STATUSES)('a task that is %s', (from) => {
  const taken = TAKEN[from];
  const notTaken = TASK_STATUSES.filter((status) => !taken.includes(status));

  it(`takes ${taken.join(', ') || 'no report'}`, async () => {
    for (const to of taken) {
      const taskId = await newTaskIn(from);
      const { status, body } = await report(taskId, { status: to });
      expect([to, status, body]).toEqual([to, 200, to === 'waiting-approval' ? HELD : OK.body]);
      const after = await getTask(taskId);
      expect(after.status).toBe(to);
      expect('completedAt' in after).toBe(to === 'completed');
      expect('pausedAt' in after).toBe(to === 'paused');
      expect('error' in after).toBe(to === 'failed' || to === 'cancelled');
    }
  });

  it('refuses all else with 409 and its text, and nothing changes', async () => {
    const taskId = await newTaskIn(from);
    await leavesAlone(taskId, async () => {
      for (const to of notTaken) {
        expect(await refused(taskId, to)).toMatchObject({
          status: 409,
          code: 'invalid_transition',
          error: `Cannot change status from ${from} to ${to}`,
        });
      }
    });
  });

  it('completed is held where a gate is undecided', async () => {
    if (!taken.includes('completed')) return expect(notTaken).toContain('completed');
    const taskId = await newTaskIn(from, { autonomy: 'review-before-merge' });
    expect(await report(taskId, { status: 'completed' })).toEqual({ status: 200, body: HELD });
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'waiting-approval', waitingFor: 'gate' });
    expect(task).not.toHaveProperty('completedAt');
    return expect(await getGate(taskId, 'review')).toMatchObject({ status: 'pending' });
  });
});

describe('while a runner holds the task', () => {
  it('others may only pause, fail or cancel it', async () => {
    for (const to of ALL) {
      const { taskId } = await newWorkingWorld({ autonomy: 'full' });
      if (['paused', 'failed', 'cancelled'].includes(to)) {
        expect([to, await report(taskId, { status: to })]).toEqual([to, OK]);
        expect((await getTask(taskId)).status).toBe(to);
        continue;
      }
      await leavesAlone(taskId, async () => {
        expect(await refused(taskId, to)).toMatchObject({ status: 409, code: 'lease_held' });
      });
    }
  });

  it('failing, cancelling and trashing it end its lease', async () => {
    for (const [path, json] of [
      ['status', { status: 'failed' }],
      ['status', { status: 'cancelled' }],
      ['cancel', {}],
      ['trash', {}],
    ] as const) {
      const { taskId, holder } = await newWorkingWorld({ autonomy: 'full' });
      expect(await getTask(taskId)).toHaveProperty('lease');
      expect((await send(`/tasks/${taskId}/${path}`, json)).status).toBe(200);
      expect(await getTask(taskId)).not.toHaveProperty('lease');
      const late = await holder.result(holder.grant.work.workId);
      expect(late).toMatchObject({ status: 409 });
    }
  });

  it('the agent that it started reports as the table says', async () => {
    const { taskId, holder } = await newWorkingWorld({ autonomy: 'full' });
    const token = holder.grant.agentToken;
    expect(await report(taskId, { status: 'in-progress', message: 'mine' }, token)).toEqual(OK);
    expect(await getTask(taskId)).toMatchObject({ statusMessage: 'mine' });
    await holder.release();
    expect(await report(taskId, { status: 'in-progress' }, token)).toMatchObject({
      ...{ status: 409, body: { code: 'stale_epoch' } },
    });
  });
});

describe('while a dependency is open', () => {
  it('every report is 409 dependency_open and changes nothing; then they are taken', async () => {
    const first = await newTask();
    const taskId = await newTask({ dependsOn: [first] });
    await leavesAlone(taskId, async () => {
      for (const status of ['planning', 'in-progress', 'completed'] as const) {
        expect(await refused(taskId, status)).toMatchObject({
          ...{ status: 409, code: 'dependency_open' },
        });
      }
    });
    await report(first, { status: 'completed' });
    await eventually(async () => (await getTask(taskId)).status).toBe('queued');
    expect(await report(taskId, { status: 'in-progress' })).toEqual(OK);
  });
});
