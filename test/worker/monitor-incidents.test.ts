// From checks to incidents to what others hear: one of each, whatever is away, asleep or doubled meanwhile.

import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { newId } from '../../src/auth/id.ts';
import type { Incident } from '../../src/contract/incident.ts';
import { eventsOf } from './events-world.ts';
import { publish, visitsTo } from './internet.ts';
import {
  alarmOf,
  checkNow,
  checkTimes,
  DOWN,
  getMonitor,
  incidentsOf,
  monitorStub,
  newMonitor,
  patch,
  ringWhenDue,
  sleep,
  UP,
  without,
} from './monitor-world.ts';
import { eventually, send } from './world.ts';

const DEPLOYMENT = `INSERT INTO deployments (id, project_id, environment, state, source, stages, artifacts, auto_promote,
  timeout_seconds, deadline_at, created_by, created_at, promoted_at)
  VALUES (?1, ?2, ?3, 'succeeded', '{}', '[]', '[]', 1, 60, 0, 'usr_local', ?4, ?5)`;

async function deploy(projectId: string, environment: string, at: number, promotedAt = at) {
  const id = newId('dep', at);
  await env.DB.prepare(DEPLOYMENT).bind(id, projectId, environment, at, promotedAt).run();
  return id;
}

const incidentEvents = async (projectId: string) =>
  (await eventsOf(projectId))
    .filter(({ type }) => type.startsWith('incident.'))
    .map(({ type, data, timestamp, environment }) => ({
      type,
      timestamp,
      environment,
      incident: data['incident'] as Incident,
    }));

describe('a URL that fails', () => {
  it('is one incident, from the first telling to the last', async () => {
    const { projectId, id, url } = await newMonitor();
    const suspect = await deploy(
      projectId,
      'production',
      Date.now() - 7_200_000,
      Date.now() - 60_000,
    );
    await deploy(projectId, 'staging', Date.now() - 1_000);
    await publish(url, DOWN);
    await checkTimes(id, 2);
    expect(await incidentsOf(projectId)).toEqual([]);
    const { check, monitor } = await checkNow(id);
    const [incident] = await incidentsOf(projectId);
    expect(monitor).toMatchObject({
      state: 'down',
      consecutiveFailures: 3,
      openIncidentId: incident?.id,
    });
    expect(incident).toMatchObject({
      ...{ monitorId: id, environment: 'production', kind: 'outage', severity: 'critical' },
      ...{ state: 'open', title: 'Shop is down', openedAt: check.at, revision: 1 },
      summary: '3 checks in a row failed; the last: status 500.',
      suspectDeploymentId: suspect,
      timeline: [{ at: check.at, type: 'opened', actor: id, note: null }],
    });
    expect(incident?.evidence.checks).toHaveLength(4);
    expect(incident?.evidence.checks.at(-1)).toEqual(check);
    await checkTimes(id, 12);
    const acknowledged = await send<Incident>(`/v1/incidents/${incident?.id}/acknowledge`);
    expect(acknowledged.status).toBe(200);
    await publish(url, UP);
    await checkNow(id);
    expect((await getMonitor(id)).state).toBe('down');
    const last = await checkNow(id);
    expect(last.monitor).toMatchObject({ state: 'up', openIncidentId: null });
    const [ended, ...others] = await incidentsOf(projectId);
    expect(others).toEqual([]);
    expect(ended).toMatchObject({
      ...{ id: incident?.id, state: 'resolved', resolution: 'recovered', resolvedBy: id },
      ...{ resolvedAt: last.check.at, acknowledgedBy: 'usr_local', revision: 3 },
    });
    const events = await incidentEvents(projectId);
    expect(events.map(({ type }) => type)).toEqual([
      ...['incident.opened', 'incident.acknowledged', 'incident.resolved'],
    ]);
    expect(events.map(({ timestamp }) => timestamp)).toEqual([
      ...[check.at, acknowledged.body.acknowledgedAt, last.check.at],
    ]);
    expect(events.map((event) => event.incident)).toEqual([incident, acknowledged.body, ended]);
    const { results } = await env.DB.prepare('SELECT action, actor FROM audit WHERE target_id = ?')
      .bind(incident?.id ?? '')
      .all();
    expect(results).toEqual([
      { action: 'incident.opened', actor: id },
      { action: 'incident.acknowledged', actor: 'usr_local' },
      { action: 'incident.resolved', actor: id },
    ]);
  });

  it('is no event elsewhere than in production, and a minor incident', async () => {
    const { projectId, id, url } = await newMonitor({ environment: 'staging' });
    await publish(url, DOWN);
    await checkTimes(id, 3);
    const [incident] = await incidentsOf(projectId);
    expect(incident).toMatchObject({ severity: 'minor', state: 'open' });
    await send(`/v1/incidents/${incident?.id}/acknowledge`);
    await publish(url, UP);
    await checkTimes(id, 2);
    expect((await incidentsOf(projectId))[0]?.state).toBe('resolved');
    expect(await incidentEvents(projectId)).toEqual([]);
  });

  it('flapping opens no second, and one that people have resolved stays so until it was up', async () => {
    const { projectId, id, url } = await newMonitor();
    await publish(url, DOWN);
    await checkTimes(id, 3);
    for (let n = 0; n < 4; n++) {
      await publish(url, UP);
      await checkNow(id);
      await publish(url, DOWN);
      await checkTimes(id, 3);
    }
    const [incident, ...more] = await incidentsOf(projectId);
    expect([more, (await getMonitor(id)).state]).toEqual([[], 'down']);
    await send(`/v1/incidents/${incident?.id}/resolve`, { note: 'We know' });
    await checkTimes(id, 3);
    expect(await incidentsOf(projectId, '&state=open')).toEqual([]);
    await publish(url, UP);
    await checkTimes(id, 2);
    expect((await incidentsOf(projectId))[0]).toMatchObject({ resolution: 'manual', revision: 2 });
    await publish(url, DOWN);
    await checkTimes(id, 3);
    expect(await incidentsOf(projectId)).toHaveLength(2);
    const types = (await incidentEvents(projectId)).map(({ type }) => type);
    expect(types).toEqual(['incident.opened', 'incident.resolved', 'incident.opened']);
  });

  it('is counted by a monitor that sleeps between any two checks', async () => {
    const { projectId, id, url } = await newMonitor();
    await publish(url, DOWN);
    for (let n = 0; n < 3; n++) {
      await sleep(id);
      await ringWhenDue(id);
    }
    expect(await incidentsOf(projectId)).toHaveLength(1);
    await publish(url, UP);
    for (let n = 0; n < 2; n++) {
      await sleep(id);
      await ringWhenDue(id);
    }
    expect((await incidentsOf(projectId))[0]?.resolution).toBe('recovered');
    expect((await incidentEvents(projectId)).map(({ type }) => type)).toEqual([
      ...['incident.opened', 'incident.resolved'],
    ]);
  });

  it('is not told twice where two alarms ring and people ask at once', async () => {
    const { projectId, id, url } = await newMonitor({ failureThreshold: 1 });
    await publish(url, DOWN);
    const ring = () => runDurableObjectAlarm(monitorStub(id));
    await Promise.all([ringWhenDue(id), ring(), checkNow(id), ring(), checkNow(id)]);
    expect(await incidentsOf(projectId)).toHaveLength(1);
    expect(await incidentEvents(projectId)).toHaveLength(1);
    // As if what was written had never been said to be: the same is told again, and is no news.
    await runInDurableObject(monitorStub(id), (_, { storage }) => {
      const known = storage.kv.get<object>('monitor');
      const at = Date.now();
      const following = { type: 'opened', kind: 'outage', summary: 'x', checks: [], sla: null };
      const outcome = { at, state: 'down', follows: [{ ...following, id: newId('inc', at) }] };
      storage.kv.put('monitor', { ...known, pending: [outcome] });
    });
    await ring();
    expect(await incidentsOf(projectId)).toHaveLength(1);
    expect(await incidentEvents(projectId)).toHaveLength(1);
  });

  it('is told once D1 is back, with the times at which it happened, also after a sleep', async () => {
    const { projectId, id, url } = await newMonitor();
    let [begun, ended] = [0, 0];
    await without('incidents', async () => {
      await publish(url, DOWN);
      begun = Date.now();
      for (let n = 0; n < 3; n++) await ringWhenDue(id);
      await publish(url, UP);
      ended = Date.now();
      await sleep(id);
      for (let n = 0; n < 2; n++) await ringWhenDue(id);
      expect(await alarmOf(id)).toBeLessThan(Date.now() + 30_000);
    });
    await sleep(id);
    await runDurableObjectAlarm(monitorStub(id));
    const [incident, ...more] = await incidentsOf(projectId);
    expect([incident?.state, more]).toEqual(['resolved', []]);
    const opened = Date.parse(incident?.openedAt ?? '');
    const resolved = Date.parse(incident?.resolvedAt ?? '');
    expect([opened >= begun, opened <= ended, resolved >= ended]).toEqual([true, true, true]);
    expect((await incidentEvents(projectId)).map(({ type }) => type)).toEqual([
      ...['incident.opened', 'incident.resolved'],
    ]);
    expect(
      await env.DB.prepare('SELECT state FROM monitors WHERE id = ?').bind(id).first('state'),
    ).toBe('up');
  });

  it('goes on being asked while the row of the monitor cannot be read', async () => {
    const { projectId, id, url } = await newMonitor();
    await publish(url, DOWN);
    await without('monitors', async () => {
      for (let n = 0; n < 3; n++) await ringWhenDue(id);
    });
    await runDurableObjectAlarm(monitorStub(id));
    expect(await incidentsOf(projectId)).toHaveLength(1);
  });

  it('says nothing any more where it was changed or deleted while it was asked', async () => {
    const { projectId, id, url } = await newMonitor({ failureThreshold: 1 });
    await publish(url, { ...DOWN, silent: true });
    const visits = (await visitsTo(url)).length;
    const asked = checkNow(id);
    await eventually(async () => (await visitsTo(url)).length).toBe(visits + 1);
    await patch(id, { expectedStatus: [500] });
    await asked;
    expect(await incidentsOf(projectId)).toEqual([]);
  });
});

it('an SLA that is missed is an incident with what was measured, and ends with the window', async () => {
  const sla = { availability: 90, windowMinutes: 60 };
  const { projectId, id, url } = await newMonitor({ sla, failureThreshold: 10 });
  await checkTimes(id, 8);
  await publish(url, DOWN);
  await checkTimes(id, 2);
  expect(await incidentsOf(projectId)).toEqual([]);
  await publish(url, UP);
  const { monitor } = await checkNow(id);
  const [incident] = await incidentsOf(projectId);
  expect(monitor).toMatchObject({ state: 'degraded', openIncidentId: incident?.id });
  expect(incident).toMatchObject({
    ...{ kind: 'sla_breach', severity: 'major', title: 'Shop misses its SLA' },
    evidence: {
      sla: {
        objective: { availability: 90, latencyMs: null, windowMinutes: 60 },
        ...{ checks: 12, failed: 2, availability: 83.333 },
      },
    },
  });
  expect(incident?.evidence.checks).toHaveLength(10);
  expect((await checkTimes(id, 8)).monitor.state).toBe('up');
  expect((await incidentsOf(projectId))[0]?.resolution).toBe('recovered');
});
