// §12, cancelling, retrying and what happens by itself: B8, B9, B20, B21.

import { describe, expect, it } from 'vitest';
import {
  later,
  newLeasedWorld,
  newShortLease,
  ring,
  stopTheClock,
} from '../worker/leased-world.ts';
import { allEvents, claimOne, getTask, newTask, report, typesOf } from '../worker/world.ts';
import { becomes, completed, refusedAndUnchanged } from './family.ts';
import { decide } from './gated.ts';
import { act, newTaskIn } from './states.ts';

const OPEN = [
  'pending',
  'queued',
  'planning',
  'in-progress',
  'waiting-approval',
  'paused',
] as const;
const NO_RETRY = 'Only failed, cancelled, or stuck tasks can be retried';

describe('cancelling', () => {
  it.each(OPEN)('B8 a task that is %s is one event, and nothing undoes it', async (status) => {
    const taskId = await newTaskIn(status);
    expect((await act(taskId, 'cancel')).status).toBe(200);
    for (const undo of [
      () => report(taskId, { status: 'completed' }),
      () => report(taskId, { status: 'in-progress' }),
      () => act(taskId, 'resume'),
      () => act(taskId, 'pause'),
      () => decide(taskId, 'approve'),
    ]) {
      expect((await refusedAndUnchanged(taskId, undo))[0]).toBe(409);
    }
    expect(await getTask(taskId)).toMatchObject({ status: 'cancelled' });
    const ends = typesOf(await allEvents(taskId)).filter((type) => type === 'task:cancelled');
    // A task that was restored from the trash had been cancelled before.
    expect(ends).toHaveLength(status === 'pending' ? 2 : 1);
  });

  it('B8 ends the lease, reaches the runner, and its late result changes nothing', async () => {
    const { taskId, holder } = await newLeasedWorld({ workflow: 'bugfix' });
    await holder.beat();
    await act(taskId, 'cancel');
    expect(await getTask(taskId)).not.toHaveProperty('lease');
    const told = await holder.beat();
    expect(told.status).toBe(409);
    expect(told.body).toMatchObject({ command: { type: 'cancel' } });
    const late = () => holder.result(holder.grant.work.workId);
    const [code] = await refusedAndUnchanged(taskId, async () => {
      const { status, body } = await late();
      return { status, body: { ...body } };
    });
    expect(code).toBe(409);
    expect((await getTask(taskId)).status).toBe('cancelled');
  });
});

describe('retrying', () => {
  it('B9 is 409 while a lease is live', async () => {
    const { taskId, holder } = await newLeasedWorld({ workflow: 'bugfix' });
    await holder.beat();
    const { seq } = await getTask(taskId);
    expect(await act(taskId, 'retry')).toMatchObject({ status: 409, body: { error: NO_RETRY } });
    expect((await getTask(taskId)).seq).toBe(seq);
  });

  it('B9 leaves nothing to the old epoch, and clears error and completedAt', async () => {
    const { taskId, runner, holder } = await newLeasedWorld({ workflow: 'bugfix' });
    await holder.beat();
    await act(taskId, 'cancel');
    expect((await act(taskId, 'retry')).status).toBe(200);
    const queued = await getTask(taskId);
    for (const member of ['error', 'completedAt']) expect(queued).not.toHaveProperty(member);
    const again = await claimOne(runner);
    expect(again.grant.lease.epoch).toBeGreaterThan(holder.grant.lease.epoch);
    await again.beat();
    const before = await allEvents(taskId);
    const line = { n: 1, type: 'log:entry', data: { message: 'late' } };
    for (const answer of [
      await holder.beat(),
      await holder.events([line]),
      await holder.result(holder.grant.work.workId),
      await report(taskId, { status: 'completed' }, holder.grant.agentToken),
    ]) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'stale_epoch' } });
    }
    expect(await allEvents(taskId)).toEqual(before);
  });

  it('B21 with maxRetries 0 a failed stage is not tried again', async () => {
    const error = { code: 'agent_exit', message: 'no luck', retryable: true };
    for (const [maxRetries, status] of [
      [0, 'failed'],
      [1, 'queued'],
    ] as const) {
      const { taskId, holder } = await newLeasedWorld({ workflow: 'bugfix', maxRetries });
      await holder.result(holder.grant.work.workId, { outcome: 'failed', error });
      expect(await getTask(taskId)).toMatchObject({ status, attempt: maxRetries + 1 });
    }
  });

  it('B21 a dependant of a failed task says so, and goes on when that is retried', async () => {
    const first = await newTask();
    const taskId = await newTask({ dependsOn: [first] });
    await report(first, { status: 'failed' });
    await becomes(taskId, { waitingDetail: { tasks: [{ id: first, status: 'failed' }] } });
    await act(first, 'retry');
    await completed(first);
    await becomes(taskId, { status: 'queued' });
  });
});

describe('limits', () => {
  // Budgets of tokens and money come with the issue on spending.
  it('B20 a session-limit pause happens when a runner reports it, and resumes at once', async () => {
    const { taskId, runner, holder } = await newLeasedWorld({ workflow: 'bugfix' });
    await holder.result(holder.grant.work.workId, {
      ...{ outcome: 'paused', pauseReason: 'session_limit' },
    });
    const event = (await allEvents(taskId)).find(({ type }) => type === 'task:paused');
    expect(event?.data).toMatchObject({ reason: 'session_limit', status: 'paused' });
    await ring(taskId);
    await becomes(taskId, { status: 'queued', attempt: 1 });
    expect((await claimOne(runner)).grant.work.stage).toBe('investigation');
  });
});

describe('in time', () => {
  stopTheClock();

  it('B21 maxRetries 0 is no retry after a lost runner, 1 is one', async () => {
    for (const [maxRetries, status] of [
      [0, 'failed'],
      [1, 'queued'],
    ] as const) {
      const { taskId, holder } = await newShortLease({ maxRetries, workflow: 'bugfix' });
      await holder.beat();
      later(16_000);
      await ring(taskId);
      expect(await getTask(taskId)).toMatchObject({ status, attempt: maxRetries + 1 });
    }
  });
});
