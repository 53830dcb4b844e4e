// The same claim again, and reservations that were never answered.

import {
  abortAllDurableObjects,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { newQueue, queueOf } from './queue-world.ts';
import {
  claimOne,
  eventually,
  getTask,
  holderOf,
  newProject,
  newTask,
  newTestRunner,
  projectStub,
  read,
  taskStub,
} from './world.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('a repeated claim', () => {
  it('has the same grants while their leases live, also after both objects have forgotten', async () => {
    const projectId = await newProject();
    const ids = await newQueue(projectId, [{}, {}]);
    const runner = await newTestRunner(projectId);
    const request = { requestId: 'clm_same', slots: 2 };
    const first = (await runner.claim(request)).body.grants.map(({ lease }) => lease.leaseId);
    expect(first).toHaveLength(2);
    const again = async () =>
      (await runner.claim(request)).body.grants.map(({ lease }) => lease.leaseId).toSorted();
    expect(await again()).toEqual(first.toSorted());
    await evictDurableObject(projectStub(projectId));
    for (const id of ids) await evictDurableObject(taskStub(id));
    expect(await again()).toEqual(first.toSorted());
    await abortAllDurableObjects();
    expect(await again()).toEqual(first.toSorted());
    for (const id of ids) expect(await getTask(id)).toMatchObject({ lease: { epoch: 1 } });
    expect(await runner.claim({ ...request, slots: 1 })).toMatchObject({
      status: 409,
      body: { code: 'request_id_reused' },
    });
  });

  it('twice at the same time waits for one grant, and both answers have it', async () => {
    const projectId = await newProject();
    const runner = await newTestRunner(projectId);
    const request = { requestId: 'clm_twin', slots: 1, waitMs: 8_000 };
    const claims = [runner.claim(request), runner.claim(request)];
    const ids = [await newTask({ projectId }), await newTask({ projectId })];
    const answers = await Promise.all(claims);
    const leases = answers.map(({ body }) => body.grants.map(({ lease }) => lease.leaseId));
    expect(leases[0]).toHaveLength(1);
    expect(leases[1]).toEqual(leases[0]);
    const tasks = await Promise.all(ids.map(getTask));
    expect(tasks.filter(({ lease }) => lease !== undefined)).toHaveLength(1);
  }, 15_000);

  it('after its lease has ended grants nothing past the limit of the project', async () => {
    const projectId = await newProject({ limits: { maxConcurrentTasks: 1 } });
    await newQueue(projectId, [{}, {}]);
    const runner = await newTestRunner(projectId);
    const holder = await claimOne(runner, { requestId: 'clm_old' });
    await holder.release();
    await eventually(async () => (await queueOf(projectId)).length).toBe(2);
    await claimOne(await newTestRunner(projectId));
    expect((await runner.claim({ requestId: 'clm_old' })).body.grants).toEqual([]);
    const [{ body: one }, { body: two }] = [
      await read<{ lease: unknown }>(`/tasks/${holder.taskId}/lease`),
      await read<{ runners: { leases: number }[] }>(`/runners?projectId=${projectId}`),
    ];
    expect(one.lease).toBe(null);
    expect(two.runners.reduce((sum, { leases }) => sum + leases, 0)).toBe(1);
  });
});

describe('a reservation without a lease', () => {
  it('is looked up by the alarm of the project, and the task is offered again', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const projectId = await newProject({ limits: { maxConcurrentTasks: 1 } });
    const [taskId = ''] = await newQueue(projectId, [{}]);
    const runner = await newTestRunner(projectId);
    await runInDurableObject(projectStub(projectId), async (_object, { storage }) => {
      const sql = 'UPDATE queue SET reserved_by = ?, reserved_at = ?';
      storage.sql.exec(sql, 'run_lost', Date.now());
      await storage.setAlarm(Date.now() + 30_000);
    });
    expect((await runner.claim()).body.grants).toEqual([]);
    vi.setSystemTime(Date.now() + 31_000);
    expect(await runDurableObjectAlarm(projectStub(projectId))).toBe(true);
    const holder = holderOf(runner, (await claimOne(runner)).grant);
    expect(holder.taskId).toBe(taskId);
  });
});
