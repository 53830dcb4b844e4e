// A monitor of a real server that is stopped and started: one incident, acknowledged by a person, and three events.

import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Incident } from '../../src/contract/incident.ts';
import type { Monitor } from '../../src/contract/monitor.ts';
import { Client } from './world/client.ts';
import { type DevServer, serve } from './world/dev-server.ts';
import { until } from './world/until.ts';

let server: DevServer;
let client: Client;
beforeAll(async () => {
  server = await serve();
  client = new Client(server.url);
});
afterAll(() => server.stop());

/** A server on loopback that can be stopped, and started again at the same port. */
async function watched() {
  let asked = 0;
  let now: Server | undefined;
  const start = (port: number) =>
    new Promise<number>((resolve) => {
      const made = createServer((_, response) => {
        asked += 1;
        response.end('all is well');
      });
      now = made;
      made.listen(port, '127.0.0.1', () => {
        const address = made.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  const stop = () =>
    new Promise<void>((resolve) => {
      now?.close(() => resolve());
      now?.closeAllConnections();
    });
  const port = await start(0);
  return {
    url: `http://127.0.0.1:${port}/health`,
    asked: () => asked,
    stop,
    start: () => start(port),
  };
}

const incidentsOf = async (projectId: string) =>
  (await client.get<{ data: Incident[] }>(`/v1/projects/${projectId}/incidents`)).data;

it('a server that stops is one incident, however it flaps, and is resolved once it is back', async () => {
  const project = await client.post<{ id: string }>('/v1/projects', { name: 'Shop' });
  const site = await watched();
  const monitor = await client.post<Monitor>(`/v1/projects/${project.id}/monitors`, {
    ...{ environment: 'production', name: 'Shop front', url: site.url, intervalSeconds: 1 },
    ...{ timeoutMs: 500, failureThreshold: 2, recoveryThreshold: 3, bodyContains: 'well' },
  });
  const reaches = (state: Monitor['state']) =>
    until(
      async () => {
        const now = await client.get<Monitor>(`/v1/monitors/${monitor.id}`);
        return now.state === state ? now : undefined;
      },
      { what: `the monitor is ${state}` },
    );
  await reaches('up');

  const stoppedAt = Date.now();
  await site.stop();
  const down = await reaches('down');
  const opened = await until(async () => (await incidentsOf(project.id))[0], {
    what: 'an incident',
  });
  expect(opened).toMatchObject({
    ...{ id: down.openIncidentId, kind: 'outage', severity: 'critical', state: 'open' },
    summary: '2 checks in a row failed; the last: no connection.',
  });

  // It flaps: one good answer is not enough.
  await site.start();
  const before = site.asked();
  await until(() => site.asked() > before, { what: 'it is asked' });
  await site.stop();
  await until(
    async () => (await client.get<Monitor>(`/v1/monitors/${monitor.id}`)).consecutiveFailures > 1,
    { what: 'it is down again' },
  );
  expect(await incidentsOf(project.id)).toHaveLength(1);

  const path = `/v1/incidents/${opened.id}`;
  const acknowledged = await client.post<Incident>(`${path}/acknowledge`, { note: 'On it' });
  expect(acknowledged.acknowledgedBy).toBe('usr_local');

  const startedAt = Date.now();
  await site.start();
  await reaches('up');
  await site.stop();
  const [resolved, ...others] = await incidentsOf(project.id);
  expect(others).toEqual([]);
  expect(resolved).toMatchObject({ id: opened.id, state: 'resolved', resolution: 'recovered' });

  const { data } = await until(
    async () => {
      const told = await client.get<{ data: { type: string; timestamp: string }[] }>(
        `/v1/events?projectId=${project.id}&type=incident.*`,
      );
      return told.data.length > 2 ? told : undefined;
    },
    { what: 'three events' },
  );
  expect(data.map(({ type, timestamp }) => [type, timestamp])).toEqual([
    ['incident.opened', resolved?.openedAt],
    ['incident.acknowledged', resolved?.acknowledgedAt],
    ['incident.resolved', resolved?.resolvedAt],
  ]);
  const times = [stoppedAt, ...data.map(({ timestamp }) => Date.parse(timestamp)), Date.now()];
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  expect(Date.parse(resolved?.resolvedAt ?? '')).toBeGreaterThan(startedAt);
});
