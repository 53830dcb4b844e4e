// The life of a lease: kept by heartbeats and fenced by its epoch.

import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { later, newShortLease, ring, stopTheClock } from './leased-world.ts';
import {
  allEvents,
  eventually,
  getTask,
  logBatch,
  newTask,
  newTestRunner,
  read,
  send,
  taskStub,
} from './world.ts';

stopTheClock();

/** Every row of the object but the alarm, which is none. */
const tablesOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), async (_object, { storage }) => {
    const tables = ['blocks', 'cursors', 'snapshot'];
    const rows = tables.map((table) => storage.sql.exec(`SELECT * FROM ${table}`).toArray());
    return { rows, alarm: await storage.getAlarm() };
  });

describe('a heartbeat', () => {
  it('renews the lease and writes no row', async () => {
    const { taskId, holder } = await newShortLease();
    const { workId } = holder.grant.work;
    await eventually(async () => (await tablesOf(taskId)).alarm).toBeGreaterThan(
      Date.now() + 10_000,
    );
    const before = await tablesOf(taskId);
    for (let beat = 0; beat < 3; beat++) {
      later(2_000);
      const { status, body } = await holder.beat({ workId });
      expect(status).toBe(200);
      expect(body).toMatchObject({ commands: [], gates: [], lease: { workId, epoch: 1 } });
      const { expiresAt } = body['lease'] as { expiresAt: string };
      expect(Date.parse(expiresAt)).toBe(Date.now() + 15_000);
    }
    expect(await tablesOf(taskId)).toEqual(before);
  });

  it('A late heartbeat before the alarm renews', async () => {
    const { taskId, holder } = await newShortLease();
    await holder.beat();
    later(600_000);
    expect((await holder.beat()).status).toBe(200);
    await ring(taskId);
    expect(await getTask(taskId)).toMatchObject({ lease: { epoch: 1 } });
  });

  it('tells progress at most every five seconds, and what came in between is not lost', async () => {
    const { taskId, holder } = await newShortLease();
    const percents = async () =>
      (await allEvents(taskId)).flatMap((event) =>
        event.type === 'agent:progress' ? event.data.percent : [],
      );
    for (const percent of [10, 10, 20, 30]) await holder.beat({ progress: { percent } });
    expect(await percents()).toEqual([10]);
    expect(await getTask(taskId)).toMatchObject({ lease: { progress: { percent: 30 } } });
    later(6_000);
    await holder.beat({ progress: { percent: 30 } });
    expect(await percents()).toEqual([10, 30]);
    later(6_000);
    await holder.beat({ progress: { percent: 30 } });
    expect(await percents()).toEqual([10, 30]);
  });

  it('brings work until the runner is at it, pause until it is acknowledged, and a new token in time', async () => {
    const { taskId, holder } = await newShortLease();
    const { workId } = holder.grant.work;
    const commands = async (fields = {}) => {
      const { body } = await holder.beat(fields);
      return (body['commands'] as { id: string; type: string; data: unknown }[]) ?? [];
    };
    expect(await commands({ workId })).toEqual([]);
    await send(`/tasks/${taskId}/pause`, { reason: 'manual' });
    const [pause] = await commands({ workId });
    expect(pause).toMatchObject({ type: 'pause', data: { reason: 'manual', graceMs: 30_000 } });
    expect(await commands({ workId })).toHaveLength(1);
    expect(await commands({ workId, acks: [pause?.id ?? ''] })).toEqual([]);
    expect((await holder.beat({ workId })).body).not.toHaveProperty('agentToken');
    later(301_000);
    expect((await holder.beat({ workId })).body).toHaveProperty('agentToken');
  });

  it('of a cancelled task is 409 and carries the command', async () => {
    const { taskId, holder } = await newShortLease();
    await send(`/tasks/${taskId}/cancel`);
    const { body: lease } = await read<{ epoch: number }>(`/tasks/${taskId}/lease`);
    expect(await holder.beat()).toMatchObject({
      status: 409,
      body: {
        ...{ code: 'stale_epoch', currentEpoch: lease.epoch },
        // The member `status` of a problem is the number (RFC 9457 §3.1.2).
        ...{ status: 409, taskStatus: 'cancelled' },
        command: { type: 'cancel', data: { graceMs: 30_000 } },
      },
    });
  });

  it('that waits is answered at once when the task is paused', async () => {
    vi.useRealTimers();
    const { taskId, holder } = await newShortLease();
    const waiting = holder.beat({ workId: holder.grant.work.workId, waitMs: 5_000 });
    await send(`/tasks/${taskId}/pause`);
    expect((await waiting).body['commands']).toMatchObject([{ type: 'pause' }]);
  });
});

describe('who does not hold the lease', () => {
  it('is told so by each route of the holder, and nothing changes', async () => {
    const { projectId, taskId, runner, holder } = await newShortLease();
    await holder.beat();
    const { leaseId, epoch } = holder.grant.lease;
    const other = await newTestRunner(projectId);
    const { workId } = holder.grant.work;
    const before = await getTask(taskId);
    for (const [fields, token, status, code] of [
      [{ leaseId, epoch }, other.token, 403, 'not_lease_holder'],
      [{ leaseId, epoch: epoch - 1 }, runner.token, 409, 'stale_epoch'],
      [{ leaseId, epoch: epoch + 1 }, runner.token, 409, 'stale_epoch'],
      [{ leaseId: 'lse_other', epoch }, runner.token, 409, 'stale_epoch'],
    ] as const) {
      for (const [route, json] of [
        ['lease/heartbeat', {}],
        ['lease/release', {}],
        ['events', { producer: 'main', events: logBatch(1, 1) }],
        [`work/${workId}/result`, { outcome: 'completed' }],
      ] as const) {
        const answer = await send(`/tasks/${taskId}/${route}`, { ...fields, ...json }, { token });
        expect([route, answer.status, answer.body['code']]).toEqual([route, status, code]);
        if (code === 'stale_epoch') expect(answer.body['currentEpoch']).toBe(epoch);
      }
    }
    expect(await getTask(taskId)).toEqual(before);
  });

  it('of a task without a lease is told no_lease', async () => {
    const { projectId, runner } = await newShortLease();
    const taskId = await newTask({ projectId });
    const holder = { leaseId: 'lse_x', epoch: 0 };
    const { token } = runner;
    const answer = await send(`/tasks/${taskId}/lease/heartbeat`, holder, { token });
    expect(answer).toMatchObject({ status: 409, body: { code: 'no_lease', currentEpoch: 0 } });
  });
});
