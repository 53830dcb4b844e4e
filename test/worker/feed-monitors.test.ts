// What who follows a project is told of its monitors: what people change, and each turn of their state.

import { runDurableObjectAlarm } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { Monitor } from '../../src/contract/monitor.ts';
import type { Scope } from '../../src/contract/principal.ts';
import { ask } from './ask.ts';
import { eventsOf } from './events-world.ts';
import { follow } from './feed-world.ts';
import { publish } from './internet.ts';
import {
  checkTimes,
  DOWN,
  getMonitor,
  monitorStub,
  newMonitor,
  newUrl,
  patch,
  ringWhenDue,
  UP,
  without,
} from './monitor-world.ts';
import { newMember, newPat } from './people.ts';
import { eventually, type Frame, newProject, newTask, send } from './world.ts';

const monitorIn = ({ data }: Frame) => data['monitor'] as Monitor;
const ofMonitors = (frames: readonly Frame[]) =>
  frames.filter(({ type }) => type.startsWith('monitor.'));
const statesIn = (frames: readonly Frame[]) =>
  ofMonitors(frames).map((frame) => monitorIn(frame).state);
const post = (id: string, verb: string) => send(`/v1/monitors/${id}/${verb}`);
const remove = (id: string) => ask(`/v1/monitors/${id}`, { method: 'DELETE' });

const watch = async (projectId: string, environment: string) => {
  const wanted = { environment, name: environment, url: newUrl(), intervalSeconds: 3_600 };
  const { status, body } = await send<Monitor>(`/v1/projects/${projectId}/monitors`, wanted);
  expect(status).toBe(201);
  return body.id;
};

describe('the feed of a project', () => {
  it('tells of each turn of a monitor as it is read then, and of no check beside', async () => {
    const { projectId, id, url } = await newMonitor({ environment: 'staging' });
    const { frames } = await follow(projectId, '&after=0');
    const last = () => monitorIn(ofMonitors(frames).at(-1) as Frame);
    await checkTimes(id, 2);
    await eventually(() => statesIn(frames)).toEqual(['unknown', 'up']);
    const up = last();
    expect(await getMonitor(id)).toMatchObject({ state: 'up', stateSince: up.stateSince });
    // Neither the checks that change nothing nor the first failures are told.
    await checkTimes(id, 5);
    await ringWhenDue(id);
    await publish(url, DOWN);
    await checkTimes(id, 3);
    await eventually(() => statesIn(frames)).toEqual(['unknown', 'up', 'down']);
    expect(last()).toEqual(await getMonitor(id));
    expect(last()).toMatchObject({ consecutiveFailures: 3, lastCheckAt: last().stateSince });
    expect(last().openIncidentId).toMatch(/^inc_/);
    await publish(url, UP);
    await checkTimes(id, 2);
    await eventually(() => statesIn(frames)).toEqual(['unknown', 'up', 'down', 'up']);
    expect(last()).toEqual(await getMonitor(id));
    expect(last().openIncidentId).toBeNull();
    const seqs = frames.slice(1).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(await eventsOf(projectId)).toEqual([]);
  });

  it('tells what people set, and that a monitor is gone', async () => {
    const { projectId, id } = await newMonitor();
    await checkTimes(id, 2);
    const { frames } = await follow(projectId);
    await patch(id, { name: 'Shop front' });
    await post(id, 'pause');
    await post(id, 'resume');
    expect((await remove(id)).status).toBe(204);
    await eventually(() => ofMonitors(frames).map(({ type }) => type)).toEqual([
      ...['monitor.updated', 'monitor.updated', 'monitor.updated', 'monitor.deleted'],
    ]);
    const told = ofMonitors(frames).map(monitorIn);
    expect(told).toMatchObject([
      { name: 'Shop front', paused: false, state: 'up', revision: 2 },
      { paused: true, revision: 3 },
      { paused: false, revision: 4 },
      { id },
    ]);
    expect(told.at(-1)).toEqual({ id });
    expect(await eventsOf(projectId)).toEqual([]);
  });

  it('tells what has turned while D1 was away, once that is back', async () => {
    const { projectId, id, url } = await newMonitor({ failureThreshold: 1 });
    await checkTimes(id, 2);
    const { frames } = await follow(projectId);
    await publish(url, DOWN);
    await without('incidents', () => ringWhenDue(id));
    expect(ofMonitors(frames)).toEqual([]);
    await runDurableObjectAlarm(monitorStub(id));
    await eventually(() => statesIn(frames)).toEqual(['down']);
    expect(monitorIn(ofMonitors(frames).at(-1) as Frame)).toEqual(await getMonitor(id));
  });

  it('tells a credential for one environment of its own, live and later', async () => {
    const projectId = await newProject();
    const { token } = await newMember(projectId, 'viewer', { environments: ['staging'] });
    const { frames, types } = await follow(projectId, '', token);
    await eventually(types).toEqual(['task:state']);
    await remove(await watch(projectId, 'production'));
    const id = await watch(projectId, 'staging');
    await remove(id);
    const seen = (list: readonly Frame[]) =>
      ofMonitors(list).map((frame) => [frame.type, monitorIn(frame).id]);
    const wanted = [
      ['monitor.updated', id],
      ['monitor.deleted', id],
    ];
    await eventually(() => seen(frames)).toEqual(wanted);
    const later = await follow(projectId, '&after=0', token);
    await eventually(() => seen(later.frames)).toEqual(wanted);
  });

  it('tells a credential nothing that it may not read', async () => {
    const projectId = await newProject();
    const person = await newMember(projectId, 'owner');
    const follows = async (...scopes: Scope[]) => {
      const { token } = await newPat(person.userId, { scopes: ['tasks:read', ...scopes] });
      return follow(projectId, '&after=0', token);
    };
    const all = await follows('incidents:read', 'deployments:read');
    const [incidents, deployments] = [
      await follows('incidents:read'),
      await follows('deployments:read'),
    ];
    const tasks = await follows();
    await remove(await watch(projectId, 'staging'));
    const place = `/v1/projects/${projectId}`;
    await send(`${place}/incidents`, { environment: 'staging', title: 'x' });
    await send(`${place}/deployments`, { environment: 'staging' });
    await newTask({ projectId });
    const watched = ['monitor.updated', 'monitor.deleted', 'incident.opened'];
    const end = ['task:created', 'task:queued'];
    const seen = (one: Awaited<ReturnType<typeof follow>>) => one.types().slice(1);
    await eventually(() => seen(all)).toEqual([...watched, 'deployment.created', ...end]);
    await eventually(() => seen(incidents)).toEqual([...watched, ...end]);
    await eventually(() => seen(deployments)).toEqual(['deployment.created', ...end]);
    await eventually(() => seen(tasks)).toEqual(end);
    const later = await follows();
    await eventually(() => seen(later)).toEqual(end);
    const { token } = await newPat(person.userId, { scopes: ['incidents:read'] });
    await eventually((await follow(projectId, '', token)).code).toBe(4403);
  });

  it('tells another tenant, or nobody in particular, nothing', async () => {
    const [projectId, otherId] = [await newProject(), await newProject()];
    const { token } = await newMember(otherId, 'owner');
    const own = await follow(otherId, '', token);
    const foreign = await follow(projectId, '', token);
    const nobody = await follow(projectId, '', '');
    await eventually(foreign.code).toBe(4404);
    await eventually(nobody.code).toBe(4401);
    await remove(await watch(projectId, 'staging'));
    const other = await watch(otherId, 'staging');
    await eventually(() => ofMonitors(own.frames).map((one) => monitorIn(one).id)).toEqual([other]);
    expect([foreign.frames, nobody.frames]).toEqual([[], []]);
  });
});
