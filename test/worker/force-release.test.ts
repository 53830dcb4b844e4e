// A person takes a task from its runner.

import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newLeasedWorld, newWorkingWorld } from './leased-world.ts';
import { newClient } from './oauth-world.ts';
import { newMember } from './people.ts';
import { newSession } from './session-world.ts';
import { personToken } from './tokens.ts';
import {
  allEvents,
  claimOne,
  eventually,
  getTask,
  newTestRunner,
  read,
  send,
  taskStub,
} from './world.ts';

const codeOf = ({ status, body }: { status: number; body: Record<string, unknown> }) => [
  status,
  body['code'],
];
const pathOf = (taskId: string) => `/tasks/${taskId}/lease/force-release`;
const take = (taskId: string, token?: string, reason = 'It hangs.') =>
  send(pathOf(taskId), { reason }, token === undefined ? {} : { token });

describe('force-release', () => {
  it('Force-release by agent, runner or service is 403', async () => {
    const { projectId, taskId, runner, holder } = await newWorkingWorld();
    const { id } = await newClient({ projectId, role: 'owner', scopes: ['tasks:write'] });
    const claims = { ptype: 'service', client_id: id, scope: 'tasks:write' } as const;
    const service = await personToken(id, Date.now(), claims);
    const before = await getTask(taskId);
    for (const token of [holder.grant.agentToken, runner.token, service]) {
      expect(codeOf(await take(taskId, token))).toEqual([403, 'human_required']);
    }
    expect((await getTask(taskId)).lease?.leaseId).toBe(before.lease?.leaseId);
  });

  it('raises the epoch at once: the runner is told, and nothing of it is taken', async () => {
    const { taskId, holder } = await newWorkingWorld();
    const { workId } = holder.grant.work;
    expect(await take(taskId)).toEqual({ status: 200, body: { ok: true, epoch: 2 } });
    for (const late of [
      await holder.beat({ workId }),
      await holder.events([{ n: 1, type: 'log:entry', data: { message: 'late' } }]),
      await holder.result(workId),
    ]) {
      expect(late).toMatchObject({ status: 409, body: { code: 'stale_epoch', currentEpoch: 2 } });
    }
    const task = await getTask(taskId);
    expect(task).toMatchObject({ status: 'queued', attempt: 1, logs: [] });
    expect(task).not.toHaveProperty('lease');
    expect((await allEvents(taskId)).find(({ type }) => type === 'lease:ended')?.data).toEqual({
      leaseId: holder.grant.lease.leaseId,
      runnerId: expect.any(String),
      epoch: 2,
      reason: 'forced',
      by: expect.any(String),
      byId: 'usr_local',
      comment: 'It hangs.',
    });
  });

  it('ends an open session, and any runner may have the task at once', async () => {
    const { projectId, taskId, session } = await newSession();
    await take(taskId);
    expect(await session.closed).toMatchObject({ code: 4409 });
    const next = await claimOne(await newTestRunner(projectId));
    expect(next.grant.lease.epoch).toBe(3);
  });

  it('of a paused task leaves it paused, and of one without a lease is 409', async () => {
    const { taskId } = await newWorkingWorld();
    await send(`/tasks/${taskId}/pause`);
    expect(await take(taskId)).toMatchObject({ body: { ok: true, epoch: 2 } });
    expect(await getTask(taskId)).toMatchObject({ status: 'paused' });
    expect(await take(taskId)).toMatchObject({
      status: 409,
      body: { code: 'no_lease', currentEpoch: 2 },
    });
    expect(codeOf(await send(pathOf(taskId), {}))).toEqual([400, 'invalid_request']);
  });

  it('stands in the audit once, with who, why and whom, and a secret in the reason is masked', async () => {
    const { projectId, taskId, runner } = await newLeasedWorld();
    const { userId, token } = await newMember(projectId, 'developer');
    const secret = `ghp_${'a'.repeat(36)}`;
    expect((await take(taskId, token, `It prints ${secret}`)).status).toBe(200);
    await evictDurableObject(taskStub(taskId));
    const look = () =>
      env.DB.prepare("SELECT * FROM audit WHERE project_id = ? AND action LIKE 'lease.%'")
        .bind(projectId)
        .all();
    await eventually(async () => (await look()).results.length).toBe(1);
    const text = JSON.stringify((await look()).results);
    for (const part of [userId, runner.id, taskId, 'It prints [redacted:'])
      expect(text).toContain(part);
    expect(text).not.toContain(secret);
  });
});

describe('a runner', () => {
  it('is drained and removed by its owner and by admins, and by no other developer', async () => {
    const { projectId, runner: first } = await newLeasedWorld();
    const [owner, other] = [
      await newMember(projectId, 'developer'),
      await newMember(projectId, 'developer'),
    ];
    const admin = await newMember(projectId, 'project-admin');
    const json = { name: 'mine', instanceId: 'i_mine', projectId };
    const made = await send<{ runner: { id: string } }>('/runners', json, { token: owner.token });
    const mine = made.body.runner.id;
    const drain = (id: string, token: string) => send(`/runners/${id}/drain`, {}, { token });
    const remove = (id: string, token: string, query = '') =>
      send(`/runners/${id}${query}`, undefined, { token, method: 'DELETE' });
    expect(codeOf(await drain(mine, other.token))).toEqual([403, 'role_too_low']);
    expect(codeOf(await remove(mine, other.token, '?force=true'))).toEqual([403, 'role_too_low']);
    expect((await drain(mine, owner.token)).status).toBe(200);
    expect((await drain(mine, admin.token)).status).toBe(200);
    expect((await remove(mine, owner.token)).status).toBe(200);
    expect(codeOf(await remove(first.id, admin.token))).toEqual([409, 'runner_busy']);
    expect((await remove(first.id, admin.token, '?force=true')).status).toBe(200);
    expect((await read(`/runners/${first.id}`)).status).toBe(404);
  });
});
