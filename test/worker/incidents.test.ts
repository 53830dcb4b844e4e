// Incidents as people and services open, acknowledge, resolve and note upon them.

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/contract/incident.ts';
import { ask, askRequired, bearer, refusalOf } from './ask.ts';
import { eventsOf } from './events-world.ts';
import { incidentsOf } from './monitor-world.ts';
import { newMember } from './people.ts';
import { addMember, newService, newTeam } from './project-world.ts';
import { personToken } from './tokens.ts';
import { newProject, read, send } from './world.ts';

const pathOf = (projectId: string) => `/v1/projects/${projectId}/incidents`;
const open = async (projectId: string, fields: Record<string, unknown> = {}) => {
  const wanted = { environment: 'staging', title: 'Checkout is slow', ...fields };
  return (await send<Incident>(pathOf(projectId), wanted)).body;
};
const move = (id: string, verb: string, json: object = {}) =>
  send<Incident & { code?: string }>(`/v1/incidents/${id}/${verb}`, json);

describe('an incident', () => {
  it('is opened, acknowledged, noted upon and resolved by people, who are all written down', async () => {
    const projectId = await newProject();
    const answer = await ask(pathOf(projectId), {
      json: { environment: 'staging', title: 'Slow' },
    });
    const made = await answer.json<Incident>();
    expect([answer.status, answer.headers.get('ETag'), answer.headers.get('Location')]).toEqual([
      ...[201, '"v1"', `/v1/incidents/${made.id}`],
    ]);
    expect(made).toEqual({
      ...{ id: expect.stringMatching(/^inc_/), projectId, environment: 'staging', monitorId: null },
      ...{ kind: 'manual', severity: 'major', state: 'open', title: 'Slow', summary: '' },
      ...{ openedAt: made.openedAt, acknowledgedAt: null, acknowledgedBy: null, resolvedAt: null },
      ...{ resolvedBy: null, resolution: null, evidence: { checks: [], sla: null } },
      suspectDeploymentId: null,
      timeline: [{ at: made.openedAt, type: 'opened', actor: 'usr_local', note: null }],
      revision: 1,
    });
    const seen = await move(made.id, 'acknowledge', { note: 'On it' });
    expect(seen.body).toMatchObject({ state: 'acknowledged', acknowledgedBy: 'usr_local' });
    await move(made.id, 'notes', { note: 'It was the cache' });
    const { body } = await move(made.id, 'resolve', { note: 'Cache cleared' });
    expect(body).toMatchObject({ state: 'resolved', resolution: 'manual', revision: 4 });
    await move(made.id, 'notes', { note: 'Never again' });
    const after = await ask(`/v1/incidents/${made.id}`);
    expect(after.headers.get('ETag')).toBe('"v5"');
    const { timeline } = await after.json<Incident>();
    expect(timeline.map(({ type, note }) => [type, note])).toEqual([
      ...[
        ['opened', null],
        ['acknowledged', 'On it'],
        ['note', 'It was the cache'],
      ],
      ...[
        ['resolved', 'Cache cleared'],
        ['note', 'Never again'],
      ],
    ]);
    // By hand is told from every environment; a note is told nobody.
    expect((await eventsOf(projectId)).map(({ type }) => type)).toEqual([
      ...['incident.opened', 'incident.acknowledged', 'incident.resolved'],
    ]);
  });

  it('what its state does not allow is 409, and changes nothing', async () => {
    const projectId = await newProject();
    const { id } = await open(projectId);
    await move(id, 'acknowledge');
    const cases = async (pairs: readonly (readonly [string, object])[]) => {
      for (const [verb, json] of pairs) {
        const before = (await read(`/v1/incidents/${id}`)).body;
        const { status, body } = await move(id, verb, json);
        expect([verb, status, body.code]).toEqual([verb, 409, 'invalid_transition']);
        expect((await read(`/v1/incidents/${id}`)).body).toEqual(before);
      }
    };
    await cases([['acknowledge', {}]]);
    await move(id, 'resolve', { note: 'x' });
    await cases([
      ['acknowledge', {}],
      ['resolve', { note: 'x' }],
    ]);
  });

  it('is acknowledged by a person: a service opens, notes and resolves', async () => {
    const projectId = await newProject();
    const service = await newService(projectId);
    await addMember(projectId, service, 'developer');
    const scope = 'incidents:read incidents:write';
    const claims = { ptype: 'service', client_id: service, scope } as const;
    const headers = bearer(await personToken(service, Date.now(), claims));
    const json = { environment: 'production', title: 'Seen by CI' };
    const made = await askRequired(pathOf(projectId), { json, headers });
    expect(made.status).toBe(201);
    const { id } = await made.json<Incident>();
    const as = (verb: string, body: object) =>
      askRequired(`/v1/incidents/${id}/${verb}`, { json: body, headers });
    expect(await refusalOf(await as('acknowledge', {}))).toEqual([403, 'human_required']);
    expect((await as('notes', { note: 'Still' })).status).toBe(200);
    expect((await as('resolve', { note: 'Gone' })).status).toBe(200);
    const { body } = await read<Incident>(`/v1/incidents/${id}`);
    expect([body.resolvedBy, body.acknowledgedBy]).toEqual([service, null]);
  });

  it('is acknowledged once, however many do at the same time, and once under one key', async () => {
    const projectId = await newProject();
    const { id } = await open(projectId);
    const answers = await Promise.all(Array.from({ length: 6 }, () => move(id, 'acknowledge')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    const noted = () =>
      ask(`/v1/incidents/${id}/notes`, {
        json: { note: 'once' },
        headers: { 'Idempotency-Key': 'k' },
      });
    const [first, again] = [await noted(), await noted()];
    expect([first.status, await again.json()]).toEqual([200, await first.json()]);
    expect((await eventsOf(projectId)).map(({ type }) => type)).toEqual([
      ...['incident.opened', 'incident.acknowledged'],
    ]);
  });

  it.each([
    [{ title: '' }],
    [{ title: 'a\nb' }],
    [{ severity: 'fatal' }],
    [{ summary: 7 }],
    [{ environment: 'mars' }],
    [{ environment: undefined }],
    [{ state: 'resolved' }],
  ])('%j is refused', async (fields) => {
    const projectId = await newProject();
    const json = { environment: 'staging', title: 'x', ...fields };
    const answer = await ask(pathOf(projectId), { json });
    expect(await refusalOf(answer)).toEqual([422, 'validation_failed']);
    expect(await incidentsOf(projectId)).toEqual([]);
  });

  it('keeps no secret that somebody has written into it', async () => {
    const projectId = await newProject();
    const secret = `slc_pat_${'a1B2'.repeat(9)}`;
    const { id } = await open(projectId, { title: `Leak ${secret}`, summary: secret });
    await move(id, 'notes', { note: `It was ${secret}` });
    const shown = JSON.stringify((await read(`/v1/incidents/${id}`)).body);
    const { results } = await env.DB.prepare('SELECT * FROM incidents WHERE id = ?').bind(id).all();
    const told = JSON.stringify([await eventsOf(projectId), results, shown]);
    expect(told).not.toContain(secret);
    expect(shown).toContain('Leak ');
  });

  it('a note has words', async () => {
    const { id } = await open(await newProject());
    for (const verb of ['notes', 'resolve']) {
      for (const json of [{}, { note: '' }, { note: ' ' }, { note: 'x', more: 1 }]) {
        expect((await move(id, verb, json)).status).toBe(422);
      }
    }
  });

  it('is listed by state, environment and monitor, newest first', async () => {
    const projectId = await newProject();
    const first = await open(projectId);
    const second = await open(projectId, { environment: 'production' });
    await move(first.id, 'resolve', { note: 'x' });
    const ids = async (query: string) => (await incidentsOf(projectId, query)).map(({ id }) => id);
    expect(await ids('')).toEqual([second.id, first.id]);
    expect(await ids('&state=open')).toEqual([second.id]);
    expect(await ids('&state=resolved')).toEqual([first.id]);
    expect(await ids('&environment=production')).toEqual([second.id]);
    expect(await ids('&monitorId=mon_none')).toEqual([]);
    expect((await read(`${pathOf(projectId)}?state=broken`)).status).toBe(400);
  });

  it('is of one environment, for who has a token for others only', async () => {
    const projectId = await newProject();
    const here = await open(projectId, { environment: 'production' });
    const there = await open(projectId);
    const { token } = await newMember(projectId, 'developer', { environments: ['staging'] });
    const headers = bearer(token);
    const listed = await askRequired(pathOf(projectId), { headers });
    const { data } = await listed.json<{ data: Incident[] }>();
    expect(data.map(({ id }) => id)).toEqual([there.id]);
    const forbidden = await askRequired(`/v1/incidents/${here.id}`, { headers });
    expect(await refusalOf(forbidden)).toEqual([403, 'environment_forbidden']);
  });

  it('is read by viewers, kept by developers, and does not exist for others', async () => {
    const { projectId, viewer, developer, stranger } = await newTeam();
    const json = { environment: 'production', title: 'x' };
    const path = pathOf(projectId);
    expect(await refusalOf(await viewer.ask(path, { json }))).toEqual([403, 'role_too_low']);
    expect(await refusalOf(await stranger.ask(path, { json }))).toEqual([404, 'not_found']);
    const { id } = await (await developer.ask(path, { json })).json<Incident>();
    expect((await viewer.ask(`/v1/incidents/${id}`)).status).toBe(200);
    for (const verb of ['acknowledge', 'resolve', 'notes']) {
      const init = { json: { note: 'x' } };
      const item = `/v1/incidents/${id}/${verb}`;
      expect(await refusalOf(await viewer.ask(item, init))).toEqual([403, 'role_too_low']);
      expect(await refusalOf(await stranger.ask(item, init))).toEqual([404, 'not_found']);
    }
    expect((await developer.ask(`/v1/incidents/${id}`)).headers.get('ETag')).toBe('"v1"');
  });

  it('a project has five hundred at most that people have opened and nobody has resolved', async () => {
    const projectId = await newProject();
    await env.DB.prepare(
      `INSERT INTO incidents (id, project_id, environment, kind, severity, state, title, summary, opened_by, opened_at,
        evidence, timeline) SELECT 'inc_' || ?1 || value, ?1, 'staging', 'manual', 'minor', 'open', 'x', '', 'usr_local',
        0, '{}', '[]' FROM json_each(?2)`,
    )
      .bind(projectId, JSON.stringify(Array.from({ length: 500 }, (_, index) => index)))
      .run();
    const answer = await ask(pathOf(projectId), { json: { environment: 'staging', title: 'x' } });
    expect(await refusalOf(answer)).toEqual([409, 'limit_reached']);
  });
});
