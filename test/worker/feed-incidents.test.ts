// What who follows a project is told of incidents: of all of them, whoever else is told.

import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/contract/incident.ts';
import { eventsOf } from './events-world.ts';
import { follow } from './feed-world.ts';
import { publish } from './internet.ts';
import { checkTimes, DOWN, incidentsOf, newMonitor, UP } from './monitor-world.ts';
import { newMember } from './people.ts';
import { eventually, type Frame, newProject, send } from './world.ts';

const incidentIn = ({ data }: Frame) => data['incident'] as Incident;
const ofIncidents = (frames: readonly Frame[]) =>
  frames.filter(({ type }) => type.startsWith('incident.'));
const turnsIn = (frames: readonly Frame[]) =>
  ofIncidents(frames).map((frame) => [frame.type, incidentIn(frame).state]);
const move = (id: string, verb: string, json: object = {}) =>
  send<Incident>(`/v1/incidents/${id}/${verb}`, json);

async function open(projectId: string, environment: string): Promise<string> {
  const wanted = { environment, title: `Slow in ${environment}` };
  const { status, body } = await send<Incident>(`/v1/projects/${projectId}/incidents`, wanted);
  expect(status).toBe(201);
  return body.id;
}

describe('the feed of a project', () => {
  it('tells of what a monitor finds in staging, each turn of it, and endpoints are not told', async () => {
    const { projectId, id, url } = await newMonitor({ environment: 'staging' });
    const { frames } = await follow(projectId);
    await publish(url, DOWN);
    await checkTimes(id, 3);
    const [incident] = await incidentsOf(projectId);
    await move(incident?.id ?? '', 'acknowledge');
    await move(incident?.id ?? '', 'notes', { note: 'It was the cache' });
    await publish(url, UP);
    await checkTimes(id, 2);
    await eventually(() => turnsIn(frames)).toEqual([
      ...[
        ['incident.updated', 'open'],
        ['incident.updated', 'acknowledged'],
      ],
      ...[
        ['incident.updated', 'acknowledged'],
        ['incident.updated', 'resolved'],
      ],
    ]);
    expect(incidentIn(ofIncidents(frames).at(-1) as Frame)).toEqual(
      (await incidentsOf(projectId))[0],
    );
    expect((await eventsOf(projectId)).map(({ type }) => type)).toEqual([]);
  });

  it('tells of a note, which no endpoint is told of, and of the rest by its promised names', async () => {
    const projectId = await newProject();
    const { frames } = await follow(projectId);
    const id = await open(projectId, 'staging');
    await move(id, 'acknowledge');
    await move(id, 'notes', { note: 'It was the cache' });
    await move(id, 'resolve', { note: 'Cleared' });
    await move(id, 'notes', { note: 'Never again' });
    await eventually(() => turnsIn(frames)).toEqual([
      ...[
        ['incident.opened', 'open'],
        ['incident.acknowledged', 'acknowledged'],
      ],
      ...[
        ['incident.updated', 'acknowledged'],
        ['incident.resolved', 'resolved'],
      ],
      ['incident.updated', 'resolved'],
    ]);
    expect((await eventsOf(projectId)).map(({ type }) => type)).toEqual([
      ...['incident.opened', 'incident.acknowledged', 'incident.resolved'],
    ]);
  });

  it('tells a credential for one environment of its own, live and later', async () => {
    const projectId = await newProject();
    const { token } = await newMember(projectId, 'viewer', { environments: ['staging'] });
    const { frames, types } = await follow(projectId, '', token);
    await eventually(types).toEqual(['task:state']);
    const elsewhere = await open(projectId, 'production');
    await move(elsewhere, 'notes', { note: 'x' });
    const id = await open(projectId, 'staging');
    await move(id, 'notes', { note: 'x' });
    const seen = (list: readonly Frame[]) =>
      list.slice(1).map((frame) => [frame.type, incidentIn(frame).id]);
    const wanted = [
      ['incident.opened', id],
      ['incident.updated', id],
    ];
    await eventually(() => seen(frames)).toEqual(wanted);
    const later = await follow(projectId, '&after=0', token);
    await eventually(() => seen(later.frames)).toEqual(wanted);
  });

  it('tells another tenant, or nobody in particular, nothing', async () => {
    const [projectId, otherId] = [await newProject(), await newProject()];
    const { token } = await newMember(otherId, 'owner');
    const own = await follow(otherId, '', token);
    const foreign = await follow(projectId, '', token);
    const nobody = await follow(projectId, '', '');
    await eventually(foreign.code).toBe(4404);
    await eventually(nobody.code).toBe(4401);
    const id = await open(projectId, 'staging');
    await move(id, 'notes', { note: 'x' });
    const other = await open(otherId, 'staging');
    await eventually(() => own.frames.slice(1).map((frame) => incidentIn(frame).id)).toEqual([
      other,
    ]);
    expect([foreign.frames, nobody.frames]).toEqual([[], []]);
  });
});
