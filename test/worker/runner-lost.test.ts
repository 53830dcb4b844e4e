// A runner that is lost: the clock ends its lease, and the late one changes nothing.

import { abortAllDurableObjects, evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { later, newShortLease, ring, stopTheClock } from './leased-world.ts';
import {
  allEvents,
  claimOne,
  getTask,
  logBatch,
  newTestRunner,
  report,
  send,
  taskStub,
  typesOf,
} from './world.ts';

stopTheClock();

describe('a runner that is lost', () => {
  it('loses its lease by the alarm, and the task is tried again after a backoff', async () => {
    const { projectId, taskId, holder } = await newShortLease();
    await holder.beat();
    await holder.events(logBatch(1, 3));
    later(14_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ lease: { epoch: 1 } });
    later(2_000);
    expect(await ring(taskId)).toBe(true);
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'queued', attempt: 2, retryCount: 1 });
    expect(task).not.toHaveProperty('lease');
    expect(task).not.toHaveProperty('error');
    expect(typesOf(await allEvents(taskId)).slice(-3)).toEqual([
      ...['lease:ended', 'task:retried', 'task:queued'],
    ]);
    const notBefore = Date.parse(String(task.waitingDetail?.['notBefore']));
    expect(notBefore - Date.now()).toBeGreaterThanOrEqual(3_000);
    expect(notBefore - Date.now()).toBeLessThanOrEqual(5_000);

    const other = await newTestRunner(projectId);
    expect((await other.claim()).body).toMatchObject({
      grants: [],
      queue: { claimable: 0, waiting: { backoff: 1 } },
    });
    later(5_001);
    const next = await claimOne(other);
    expect(next.grant).toMatchObject({ task: { attempt: 2 }, work: { stage: 'planning', try: 2 } });
    expect(next.grant.lease.epoch).toBeGreaterThan(holder.grant.lease.epoch);
  });

  it('and comes back late is told 409, and nothing of it counts', async () => {
    const { projectId, taskId, holder } = await newShortLease();
    await holder.beat();
    await holder.events(logBatch(1, 3));
    later(16_000);
    await ring(taskId);
    later(5_001);
    const next = await claimOne(await newTestRunner(projectId));
    const before = await getTask(taskId);
    const { workId } = holder.grant.work;
    for (const late of [
      () => holder.events(logBatch(4, 2)),
      () => holder.events(logBatch(1, 3)),
      () => holder.beat(),
      () => holder.result(workId),
    ]) {
      const { status, body } = await late();
      expect([status, body]).toMatchObject([
        409,
        { code: 'stale_epoch', currentEpoch: next.grant.lease.epoch },
      ]);
    }
    expect(await holder.release()).toMatchObject({ status: 409 });
    expect(await getTask(taskId)).toEqual(before);
    expect(await next.events(logBatch(1, 1))).toMatchObject({ body: { acked: 1, duplicates: 0 } });
  });

  it('Lost runners beyond `maxRetries` fail the task with `runner_lost`', async () => {
    const { taskId, holder } = await newShortLease({ maxRetries: 0 });
    await holder.beat();
    later(16_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ status: 'failed', error: 'runner_lost' });
  });

  it('loses it in time though the object has slept: the clock of a silent runner is written down', async () => {
    const { taskId, holder } = await newShortLease();
    await holder.beat();
    await evictDurableObject(taskStub(taskId));
    later(10_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ lease: { epoch: 1 } });
    await evictDurableObject(taskStub(taskId));
    later(6_000);
    expect(await ring(taskId)).toBe(true);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 2 });
  });

  it('loses it after one fresh term when the object fell before it could write: then the end', async () => {
    const { taskId, holder } = await newShortLease();
    await holder.beat();
    await abortAllDurableObjects();
    later(16_000);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ lease: { epoch: 1 } });
    await evictDurableObject(taskStub(taskId));
    later(16_000);
    expect(await ring(taskId)).toBe(true);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 2 });
  });

  it('before its first heartbeat costs nothing: after 15 s the task goes back at once', async () => {
    const { projectId, taskId } = await newShortLease();
    // Nobody speaks to it, so the object sleeps and forgets; the term of the grant was written down.
    await evictDurableObject(taskStub(taskId));
    later(16_000);
    expect(await ring(taskId)).toBe(true);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 1, retryCount: 0 });
    await claimOne(await newTestRunner(projectId));
  });

  it('while the task is paused: the grace ends the lease, and resuming queues it again', async () => {
    const { taskId, holder } = await newShortLease();
    await holder.beat();
    await send(`/tasks/${taskId}/pause`);
    later(10_000);
    await holder.beat();
    expect(await report(taskId, { status: 'planning' })).toMatchObject({
      status: 409,
      body: { code: 'lease_held' },
    });
    later(21_000);
    await ring(taskId);
    expect(await getTask(taskId)).not.toHaveProperty('lease');
    expect(await holder.beat()).toMatchObject({ status: 409, body: { code: 'stale_epoch' } });
    await send(`/tasks/${taskId}/resume`);
    expect(await getTask(taskId)).toMatchObject({ status: 'queued', attempt: 1 });
  });
});
