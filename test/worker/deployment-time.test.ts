// What befalls a deployment without anybody asking: its time is over, or its task has ended.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/contract/deployment.ts';
import {
  artifact,
  auditOf,
  call,
  codeOf,
  create,
  eventsOf,
  get,
  open,
  passed,
  ring,
  stage,
  typesOf,
} from './deployment-world.ts';
import { later, newWorkingWorld, stopTheClock } from './leased-world.ts';
import { newMember } from './people.ts';
import {
  claimOne,
  eventually,
  newProject,
  newTask,
  newTestRunner,
  projectStub,
  read,
  send,
  workOn,
} from './world.ts';

describe('the time of a deployment', () => {
  stopTheClock();

  it('ends it at the stage where it stands, and the object may have slept', async () => {
    const projectId = await newProject();
    const made = await open(projectId, { timeoutSeconds: 60 });
    await stage(made, 'build');
    await stage(made, 'test', 'running');
    await ring(projectId);
    expect((await get(made)).state).toBe('running');
    await evictDurableObject(projectStub(projectId));
    later(60_000);
    expect(codeOf(await stage(made, 'test'))).toEqual([409, 'invalid_transition']);
    await ring(projectId);
    const ended = await get(made);
    expect(ended).toMatchObject({
      state: 'failed',
      failure: { stage: 'test', detectedBy: 'timeout', at: ended.finishedAt },
      stages: [{ state: 'succeeded' }, { state: 'failed' }],
    });
    expect(ended.failure?.remediation.length).toBeGreaterThan(0);
    expect(await typesOf(projectId)).toEqual(['deployment.created', 'deployment.failed']);
    expect((await auditOf(made.id)).at(-1)).toBe('deployment.failed');
    await ring(projectId);
    expect(await get(made)).toEqual(ended);
  });

  it('is what the alarm of its project is set to, whoever else has nothing to do', async () => {
    const projectId = await newProject();
    // The object has learned that nobody listens, and so has nothing to hand over.
    await open(projectId, { timeoutSeconds: 600 });
    await eventually(async () => (await eventsOf(projectId)).length).toBe(1);
    const made = await open(projectId, { timeoutSeconds: 60 });
    await eventually(() =>
      runInDurableObject(projectStub(projectId), (_, { storage }) => storage.getAlarm()),
    ).toBe(Date.parse(made.deadlineAt));
  });

  it('runs on while D1 is away, and is seen to after', async () => {
    const projectId = await newProject();
    const made = await open(projectId, { timeoutSeconds: 60 });
    await ring(projectId);
    later(61_000);
    await env.DB.prepare('ALTER TABLE deployments RENAME TO deployments_away').run();
    try {
      await ring(projectId);
    } finally {
      await env.DB.prepare('ALTER TABLE deployments_away RENAME TO deployments').run();
    }
    expect((await get(made)).state).toBe('pending');
    later(3_600_000);
    await ring(projectId);
    expect((await get(made)).state).toBe('failed');
  });

  it('does not touch what has ended before', async () => {
    const projectId = await newProject();
    const made = await passed(
      await open(projectId, { timeoutSeconds: 5, artifacts: [artifact()] }),
    );
    later(3_600_000);
    await ring(projectId);
    expect(await get(made)).toEqual(made);
  });
});

const sourceOf = ({ holder, taskId }: Awaited<ReturnType<typeof newWorkingWorld>>) => {
  const { leaseId, epoch } = holder.grant.lease;
  return { kind: 'task', taskId, leaseId, epoch };
};

/** Opened by the runner that holds the task. */
async function newTaskDeployment(fields: object = {}) {
  const world = await newWorkingWorld();
  const source = sourceOf(world);
  const made = await create(world.projectId, { source, ...fields }, world.runner);
  expect([made.status, made.body]).toEqual([201, expect.anything()]);
  return { ...world, source, deployment: made.body };
}

describe('a deployment of a task', () => {
  it('is opened and reported on by who holds the lease, with tasks:run alone', async () => {
    const { runner, deployment, taskId, projectId } = await newTaskDeployment();
    expect(deployment).toMatchObject({
      ...{ createdBy: runner.id, source: { kind: 'task', taskId } },
    });
    expect(JSON.stringify(deployment)).not.toContain('lse_');
    expect((await stage(deployment, 'build', 'succeeded', runner)).status).toBe(200);
    expect((await call(deployment, 'artifacts', artifact(), runner)).status).toBe(201);
    const done = await stage(deployment, 'test', 'succeeded', runner);
    expect(done.body.state).toBe('succeeded');
    const listed = await read<{ data: Deployment[] }>(
      `/v1/projects/${projectId}/deployments?taskId=${taskId}`,
    );
    expect(listed.body.data.map(({ id }) => id)).toEqual([deployment.id]);
  });

  it('is closed to another runner, to an agent, and to a lease that has ended', async () => {
    const { runner, deployment, source, projectId, holder } = await newTaskDeployment();
    const other = await newTestRunner(projectId);
    const report = (token: string) => stage(deployment, 'build', 'succeeded', { token });
    expect(codeOf(await report(other.token))).toEqual([403, 'not_lease_holder']);
    expect(codeOf(await report(holder.grant.agentToken))).toEqual([403, 'agent_forbidden']);
    expect(codeOf(await create(projectId, { source }, other))).toEqual([403, 'not_lease_holder']);
    const stale = { ...source, epoch: source.epoch + 1 };
    expect(codeOf(await create(projectId, { source: stale }, runner))).toEqual([
      409,
      'stale_epoch',
    ]);
    expect(codeOf(await create(projectId, {}, runner))).toEqual([403, 'insufficient_scope']);
    const ofPeople = await open(projectId);
    expect(codeOf(await stage(ofPeople, 'build', 'running', runner))).toEqual([
      403,
      'insufficient_scope',
    ]);
    await holder.release();
    expect((await report(runner.token)).status).toBe(409);
    expect((await get(deployment)).revision).toBe(1);
  });

  it('of another project is not found', async () => {
    const { runner, source } = await newTaskDeployment();
    const elsewhere = await newProject();
    const owner = await newMember(elsewhere, 'owner');
    expect(codeOf(await create(elsewhere, { source }, owner))).toEqual([404, 'not_found']);
    expect(codeOf(await create(elsewhere, { source }, runner))).toEqual([404, 'not_found']);
  });

  it('is done once the task completes, and promoted', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId, workflow: 'bugfix' });
    const runner = await newTestRunner(projectId);
    const holder = await claimOne(runner);
    const { leaseId, epoch } = holder.grant.lease;
    const source = { kind: 'task', taskId, leaseId, epoch };
    const made = await create(projectId, { source, artifacts: [artifact()] }, runner);
    expect((await workOn(holder)).do).toBe('stop');
    await eventually(async () => (await get(made.body)).state).toBe('succeeded');
    expect((await get(made.body)).stages.map(({ state }) => state)).toEqual([
      'succeeded',
      'succeeded',
    ]);
    expect(await typesOf(projectId)).toEqual(['deployment.created', 'deployment.succeeded']);
  });

  it.each(['failed', 'cancelled'])('fails once the task is %s, with its error', async (how) => {
    const { deployment, holder, taskId, projectId, runner } = await newTaskDeployment();
    await stage(deployment, 'build', 'running', runner);
    if (how === 'cancelled') await send(`/tasks/${taskId}/cancel`, { reason: 'Not needed' });
    else {
      const { workId } = holder.grant.work;
      const error = { code: 'broken', message: 'It broke', retryable: false };
      await holder.result(workId, { outcome: 'failed', error });
      await send(`/tasks/${taskId}/status`, { status: 'failed', message: 'It broke' });
    }
    await eventually(async () => (await get(deployment)).state).toBe('failed');
    expect((await get(deployment)).failure).toMatchObject({ stage: 'build', detectedBy: 'task' });
    expect((await eventsOf(projectId)).at(-1)?.type).toBe('deployment.failed');
  });

  it('ends with its task also where the project heard of it later', async () => {
    const { deployment, taskId, projectId } = await newTaskDeployment();
    await evictDurableObject(projectStub(projectId));
    await send(`/tasks/${taskId}/cancel`, {});
    await evictDurableObject(projectStub(projectId));
    await eventually(async () => {
      await ring(projectId);
      return (await get(deployment)).state;
    }).toBe('failed');
  });
});
