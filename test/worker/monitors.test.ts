// Monitors as they are made, changed, rested and deleted, and what they may never call.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Monitor } from '../../src/contract/monitor.ts';
import { HOSTILE } from '../vectors/hostile-urls.ts';
import { ask, refusalOf } from './ask.ts';
import { publish, visitsTo } from './internet.ts';
import {
  alarmOf,
  checkNow,
  getMonitor,
  isErased,
  newMonitor,
  newUrl,
  patch,
  ringWhenDue,
  UP,
} from './monitor-world.ts';
import { newTeam } from './project-world.ts';
import { eventually, newProject, read, send } from './world.ts';

const pathOf = (projectId: string) => `/v1/projects/${projectId}/monitors`;
const BODY = { environment: 'production', name: 'Shop front' };
/** Its own name is forbidden to a deployment that has one; the Worker under test has none. */
const FORBIDDEN = HOSTILE.filter((url) => !url.toLowerCase().includes('sluice.acme.com'));
const create = (projectId: string, fields: object, headers: Record<string, string> = {}) =>
  ask(pathOf(projectId), { json: { ...BODY, url: newUrl(), ...fields }, headers });

describe('a monitor', () => {
  it('is made with its defaults, and is asked at once', async () => {
    const projectId = await newProject();
    const url = newUrl();
    await publish(url, UP);
    const answer = await create(projectId, { url });
    const made = await answer.json<Monitor>();
    expect([answer.status, answer.headers.get('ETag'), answer.headers.get('Location')]).toEqual([
      201,
      '"v1"',
      `/v1/monitors/${made.id}`,
    ]);
    expect(made).toEqual({
      ...{ id: expect.stringMatching(/^mon_/), projectId, ...BODY, url, method: 'GET' },
      ...{ expectedStatus: '2xx', bodyContains: null, intervalSeconds: 60, timeoutMs: 5_000 },
      ...{ failureThreshold: 3, recoveryThreshold: 2, sla: null, state: 'unknown', paused: false },
      ...{ lastCheckAt: null, lastLatencyMs: null, consecutiveFailures: 0, openIncidentId: null },
      ...{ createdBy: 'usr_local', createdAt: made.createdAt, updatedAt: made.createdAt },
      stateSince: made.createdAt,
      revision: 1,
    });
    await eventually(async () => (await getMonitor(made.id)).lastCheckAt).not.toBeNull();
    const [visit] = await visitsTo(url);
    expect(Object.keys(visit?.headers ?? {}).join()).not.toMatch(/cookie|authorization|referer/);
    await checkNow(made.id);
    expect(await getMonitor(made.id)).toMatchObject({ state: 'up', revision: 1 });
    expect(await alarmOf(made.id)).toBeGreaterThan(Date.now());
    const { body } = await read<{ data: Monitor[] }>(pathOf(projectId));
    expect(body.data).toEqual([await getMonitor(made.id)]);
  });

  it('says where, in the body or the header, and where that is not says so', async () => {
    const projectId = await newProject();
    const header = { 'AeThex-Environment': 'staging' };
    const nowhere = await create(projectId, { environment: undefined });
    expect(await refusalOf(nowhere)).toEqual([422, 'validation_failed']);
    const made = await create(projectId, { environment: undefined }, header);
    expect(await made.json()).toMatchObject({ environment: 'staging' });
    expect(await refusalOf(await create(projectId, { environment: 'mars' }))).toEqual([
      422,
      'validation_failed',
    ]);
    expect(await refusalOf(await create(projectId, {}, header))).toEqual([400, 'invalid_request']);
    await create(projectId, {});
    const listed = async (query: string, headers = {}) => {
      const answer = await ask(pathOf(projectId) + query, { headers });
      return (await answer.json<{ data: Monitor[] }>()).data.map(({ environment }) => environment);
    };
    expect((await listed('')).sort()).toEqual(['production', 'staging']);
    expect(await listed('', header)).toEqual(['staging']);
    expect(await listed('?environment=production')).toEqual(['production']);
    expect(await listed('?environment=production', header)).toEqual([]);
  });

  it.each([
    [{ name: '' }],
    [{ url: 7 }],
    [{ method: 'POST' }],
    [{ expectedStatus: '9xx' }],
    [{ expectedStatus: [] }],
    [{ expectedStatus: [99] }],
    [{ bodyContains: '' }],
    [{ bodyContains: 'x', method: 'HEAD' }],
    [{ intervalSeconds: 29 }],
    [{ intervalSeconds: 3_601 }],
    [{ timeoutMs: 99 }],
    [{ timeoutMs: 10_001 }],
    [{ failureThreshold: 0 }],
    [{ recoveryThreshold: 11 }],
    [{ sla: {} }],
    [{ sla: { availability: 0 } }],
    [{ sla: { availability: 100.1 } }],
    [{ sla: { latencyMs: 1, windowMinutes: 1_441 } }],
    [{ state: 'up' }],
  ])('%j is refused', async (fields) => {
    const projectId = await newProject();
    expect(await refusalOf(await create(projectId, fields))).toEqual([422, 'validation_failed']);
    expect((await read<{ data: [] }>(pathOf(projectId))).body.data).toEqual([]);
  });

  it('is made of no hostile URL, changed to none, and asks none that D1 holds all the same', async () => {
    const { projectId, id, monitor } = await newMonitor();
    const codes = new Set<string>();
    for (const url of FORBIDDEN) {
      for (const answer of [await create(projectId, { url }), await patch(id, { url })]) {
        const [status, code] = await refusalOf(answer);
        expect([url.slice(0, 60), status]).toEqual([url.slice(0, 60), 422]);
        codes.add(String(code));
      }
    }
    expect([...codes].sort()).toEqual(['url_not_allowed', 'validation_failed']);
    expect(await getMonitor(id)).toMatchObject({ url: monitor.url, revision: 1 });
    const set =
      'UPDATE monitors SET config = json_set(config, ?1, ?2), revision = ?3 WHERE id = ?4';
    for (const [index, url] of FORBIDDEN.entries()) {
      await env.DB.prepare(set)
        .bind('$.url', url, index + 2, id)
        .run();
      const { check } = await checkNow(id);
      expect(check).toMatchObject({ ok: false, status: null, error: 'url_not_allowed' });
    }
    const called = (await visitsTo(''))
      .filter(({ headers }) => headers['user-agent'] === 'Sluice-Monitor')
      .map((visit) => visit.url);
    expect(called).toContain(monitor.url);
    const hostile = FORBIDDEN.filter((url) => URL.canParse(url)).map((url) => new URL(url).href);
    expect(called.filter((url) => hostile.includes(url))).toEqual([]);
  });

  it('is changed where nobody was faster, and asks the new question at once', async () => {
    const { id } = await newMonitor();
    const url = newUrl();
    await publish(url, { ...UP, status: 201 });
    const mismatch = await patch(id, { name: 'x' }, { 'If-Match': '"v9"' });
    expect(await refusalOf(mismatch)).toEqual([412, 'revision_mismatch']);
    const answer = await patch(id, { url, expectedStatus: [201] }, { 'If-Match': '"v1"' });
    expect([answer.status, answer.headers.get('ETag')]).toEqual([200, '"v2"']);
    expect(await answer.json()).toMatchObject({ url, expectedStatus: [201], name: 'Shop' });
    await eventually(async () => (await visitsTo(url)).length).toBe(1);
    expect((await checkNow(id)).check).toMatchObject({ ok: true, status: 201 });
    const got = await ask(`/v1/monitors/${id}`, { headers: { 'If-None-Match': '"v2"' } });
    expect([got.status, got.headers.get('ETag')]).toEqual([200, '"v2"']);
  });

  it('rests while it is paused, also where it was not told, and goes on at once after', async () => {
    const { id, url } = await newMonitor();
    const verb = async (name: string) => send<Monitor>(`/v1/monitors/${id}/${name}`);
    expect((await verb('pause')).body).toMatchObject({ paused: true, revision: 2 });
    expect((await verb('pause')).status).toBe(409);
    const visits = (await visitsTo(url)).length;
    await ringWhenDue(id);
    expect(await visitsTo(url)).toHaveLength(visits);
    // One that is asked by hand answers, and nothing is counted.
    const { check, monitor } = await checkNow(id);
    expect([check.ok, monitor.lastCheckAt]).toEqual([true, (await getMonitor(id)).lastCheckAt]);
    expect(Date.parse(monitor.lastCheckAt ?? '')).toBeLessThan(Date.parse(check.at));
    expect((await verb('resume')).body).toMatchObject({ paused: false, revision: 3 });
    await eventually(async () => (await visitsTo(url)).length).toBe(visits + 2);
    expect((await verb('resume')).status).toBe(409);
    await env.DB.prepare('UPDATE monitors SET paused = 1, revision = 4 WHERE id = ?')
      .bind(id)
      .run();
    await ringWhenDue(id);
    expect(await visitsTo(url)).toHaveLength(visits + 2);
  });

  it('is gone with all it knew, also where it was not told', async () => {
    const told = await newMonitor();
    const path = `/v1/monitors/${told.id}`;
    const stale = await ask(path, { method: 'DELETE', headers: { 'If-Match': '"v2"' } });
    expect(stale.status).toBe(412);
    expect((await ask(path, { method: 'DELETE' })).status).toBe(204);
    expect((await read(path)).status).toBe(404);
    expect([await isErased(told.id), await alarmOf(told.id)]).toEqual([true, null]);
    const untold = await newMonitor();
    await env.DB.prepare('DELETE FROM monitors WHERE id = ?').bind(untold.id).run();
    const visits = (await visitsTo(untold.url)).length;
    await ringWhenDue(untold.id);
    expect([await isErased(untold.id), await alarmOf(untold.id)]).toEqual([true, null]);
    expect(await visitsTo(untold.url)).toHaveLength(visits);
  });

  it('rests once its project is deleted', async () => {
    const team = await newTeam();
    const url = newUrl();
    await publish(url, UP);
    const made = await team.owner.ask(pathOf(team.projectId), { json: { ...BODY, url } });
    const { id } = await made.json<Monitor>();
    await eventually(async () => (await visitsTo(url)).length).toBe(1);
    const headers = { 'If-Match': '*' };
    const path = `/v1/projects/${team.projectId}`;
    expect((await team.owner.ask(path, { method: 'DELETE', headers })).status).toBe(204);
    await ringWhenDue(id);
    expect(await visitsTo(url)).toHaveLength(1);
    expect((await read(`/v1/monitors/${id}`)).status).toBe(404);
  });

  it('is made once with one key, and asked once', async () => {
    const projectId = await newProject();
    const key = { 'Idempotency-Key': 'once' };
    const json = { ...BODY, url: newUrl() };
    const post = () => ask(pathOf(projectId), { json, headers: key });
    const [first, again] = [await post(), await post()];
    expect(again.headers.get('Idempotent-Replayed')).toBe('true');
    const { id } = await first.json<Monitor>();
    expect((await again.json<Monitor>()).id).toBe(id);
    await eventually(async () => (await getMonitor(id)).lastCheckAt).not.toBeNull();
    const check = async () =>
      (await ask(`/v1/monitors/${id}/check`, { method: 'POST', headers: key })).json();
    const { check: one } = (await check()) as { check: unknown };
    expect(await check()).toMatchObject({ check: one });
    expect(await visitsTo(json.url)).toHaveLength(2);
  });

  it('a project has fifty at most', async () => {
    const projectId = await newProject();
    await env.DB.prepare(
      `INSERT INTO monitors (id, project_id, environment, name, config, state, since, created_by, created_at, updated_at)
        SELECT 'mon_' || ?1 || value, ?1, 'staging', 'x', '{}', 'unknown', 0, 'usr_local', 0, 0 FROM json_each(?2)`,
    )
      .bind(projectId, JSON.stringify(Array.from({ length: 50 }, (_, index) => index)))
      .run();
    expect(await refusalOf(await create(projectId, {}))).toEqual([409, 'limit_reached']);
  });

  it('is read by viewers, kept by developers, and does not exist for others', async () => {
    const { projectId, viewer, developer, stranger } = await newTeam();
    const json = { ...BODY, url: newUrl() };
    expect(await refusalOf(await viewer.ask(pathOf(projectId), { json }))).toEqual([
      403,
      'role_too_low',
    ]);
    const made = await developer.ask(pathOf(projectId), { json });
    const { id } = await made.json<Monitor>();
    expect((await viewer.ask(`/v1/monitors/${id}`)).status).toBe(200);
    for (const verb of ['pause', 'resume', 'check']) {
      const path = `/v1/monitors/${id}/${verb}`;
      const refused = await viewer.ask(path, { method: 'POST' });
      expect(await refusalOf(refused)).toEqual([403, 'role_too_low']);
      const foreign = await stranger.ask(path, { method: 'POST' });
      expect(await refusalOf(foreign)).toEqual([404, 'not_found']);
    }
    expect((await stranger.ask(`/v1/monitors/${id}/checks`)).status).toBe(404);
    expect((await stranger.ask(`/v1/monitors/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await getMonitor(id)).paused).toBe(false);
  });
});
