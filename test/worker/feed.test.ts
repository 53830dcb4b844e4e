// The feed of a project: everything that changes in it, over one socket with a cursor.

import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { follow } from './feed-world.ts';
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
} from './world.ts';

afterEach(() => {
  vi.useRealTimers();
});

const deploy = async (projectId: string, environment: string) => {
  const path = `/v1/projects/${projectId}/deployments`;
  const { status, body } = await send<{ id: string }>(path, { environment, autoPromote: false });
  expect(status).toBe(201);
  return `${path.replace(/projects.*/, 'deployments')}/${body.id}`;
};

describe('the feed of a project', () => {
  it('tells of tasks, gates, runners, deployments and incidents, and of no log line', async () => {
    const projectId = await newProject();
    const { types, frames } = await follow(projectId);
    const runner = await newTestRunner(projectId, { labels: ['linux'] });
    const taskId = await newTask({ projectId, autonomy: 'manual' });
    const holder = await claimOne(runner);
    await holder.events([
      { n: 1, type: 'log:entry', data: { message: 'x' } },
      { n: 2, type: 'usage:report', data: { inputTokens: 1, outputTokens: 1 } },
    ]);
    await holder.result(holder.grant.work.workId);
    const deployment = await deploy(projectId, 'staging');
    await send(`${deployment}/stages/build`, { state: 'running' }, { method: 'PUT' });
    await send(`${deployment}/cancel`);
    const incident = { environment: 'production', title: 'It is down' };
    await send(`/v1/projects/${projectId}/incidents`, incident);
    await send(`/runners/${runner.id}/drain`);
    for (const type of [
      ...['task:state', 'runner:registered', 'task:created', 'usage:updated', 'gate:required'],
      ...[
        'deployment.created',
        'deployment.updated',
        'deployment.cancelled',
        'incident.opened',
        'runner:draining',
      ],
    ]) {
      await eventually(types).toContain(type);
    }
    expect(types()).not.toContain('log:entry');
    // It is for who follows, and no event that is kept or sent.
    const kept = await read<{ data: { type: string }[] }>(`/v1/events?projectId=${projectId}`);
    expect(kept.body.data.map(({ type }) => type)).toContain('deployment.cancelled');
    expect(kept.body.data.map(({ type }) => type)).not.toContain('deployment.updated');
    const seqs = frames.slice(1).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    const registered = frames.find(({ type }) => type === 'runner:registered');
    expect(registered).toMatchObject({
      ...{ taskId: '0', data: { runner: { id: runner.id, status: 'online' } } },
    });
    expect(JSON.stringify(frames)).not.toContain('"place"');
    expect(frames.find(({ type }) => type === 'gate:required')?.taskId).toBe(taskId);
  });

  it('tells once that a runner has fallen silent and is back, though the object forgot', async () => {
    const projectId = await newProject();
    const runner = await newTestRunner(projectId);
    const { types } = await follow(projectId);
    vi.useFakeTimers({ toFake: ['Date'] });
    vi.setSystemTime(Date.now() + 120_000);
    await evictDurableObject(projectStub(projectId));
    await runDurableObjectAlarm(projectStub(projectId));
    await eventually(types).toEqual(['task:state', 'runner:offline']);
    await runner.claim();
    await eventually(types).toEqual(['task:state', 'runner:offline', 'runner:online']);
    await send(`/runners/${runner.id}`, {}, { method: 'DELETE' });
    await eventually(types).toContain('runner:removed');
  });

  it('replays after a cursor, and says so where that is too old', async () => {
    const projectId = await newProject();
    const first = await follow(projectId);
    await newTask({ projectId });
    await eventually(() => first.frames.length).toBe(3);
    first.socket.close(1000);
    const runner = await newTestRunner(projectId);
    await deploy(projectId, 'staging');
    const again = await follow(projectId, '&after=2');
    await eventually(again.types).toEqual([
      ...['task:state', 'runner:registered', 'deployment.created'],
    ]);
    expect(again.frames[1]?.data['runner']).toMatchObject({ id: runner.id });
  });

  it('shows a credential for one environment what happens there, live and later', async () => {
    const projectId = await newProject();
    const { token } = await newMember(projectId, 'developer', { environments: ['staging'] });
    const { types, frames } = await follow(projectId, '', token);
    await eventually(types).toEqual(['task:state']);
    await newTask({ projectId, environment: 'production' });
    await newTestRunner(projectId, { environments: ['production'] });
    await deploy(projectId, 'production');
    const seen = await newTask({ projectId, environment: 'staging' });
    const everywhere = await newTestRunner(projectId);
    await deploy(projectId, 'staging');
    const wanted = [
      ...['task:state', 'task:created', 'task:queued', 'runner:registered', 'deployment.created'],
    ];
    await eventually(types).toEqual(wanted);
    expect(frames[1]?.taskId).toBe(seen);
    expect(frames[3]?.data['runner']).toMatchObject({ id: everywhere.id });
    const later = await follow(projectId, '&after=0', token);
    await eventually(later.types).toEqual(wanted);
    // The rows of its first frame are those of its environment.
    expect(later.frames[0]?.data['tasks']).toMatchObject([{ id: seen }]);
  });

  it('tells another tenant nothing', async () => {
    const [projectId, otherId] = [await newProject(), await newProject()];
    const { token } = await newMember(otherId, 'owner');
    const foreign = await follow(projectId, '', token);
    await eventually(foreign.code).toBe(4404);
    expect(foreign.frames).toEqual([]);
    const own = await follow(otherId, '', token);
    await newTask({ projectId });
    await newTestRunner(projectId);
    await deploy(projectId, 'staging');
    await newTask({ projectId: otherId });
    await eventually(own.types).toEqual(['task:state', 'task:created', 'task:queued']);
  });
});
