// How long what happens in a project is kept, and how far it is known to be handed over.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Happening } from '../../src/contract/platform-event.ts';
import { EventTable } from '../../src/objects/project/event-table.ts';
import { projectDoor } from '../../src/rpc/stubs.ts';
import { newEndpoint } from './webhook-world.ts';
import { eventually, newProject, projectStub } from './world.ts';

const DAY_MS = 86_400_000;
const everything = { after: 0, limit: 100, types: ['*'], environments: null };
let numbers = 0;

const happening = (at = Date.now()): Happening => ({
  ...{ id: `evt_${++numbers}`, type: 'member.removed', environment: null, subject: 'usr_x' },
  ...{ data: {}, at },
});
const doorOf = (projectId: string) => projectDoor(env, projectId, 'events');

/** All that a project keeps is so much older than it was. */
const age = (projectId: string, ms: number) =>
  runInDurableObject(projectStub(projectId), (_, { storage }) => {
    const sql = 'UPDATE events SET created_at = created_at - ?1, appended_at = appended_at - ?1';
    storage.sql.exec(sql, ms);
  });

const lastRow = (projectId: string) =>
  runInDurableObject(projectStub(projectId), (_, { storage }) =>
    storage.sql
      .exec<{ sequence: number; settled: number }>(
        'SELECT sequence, settled FROM events ORDER BY sequence DESC LIMIT 1',
      )
      .one(),
  );

it('sends nothing again after a month, however seldom something happens', async () => {
  const endpoint = await newEndpoint();
  const { projectId } = endpoint;
  await doorOf(projectId).post(happening());
  await eventually(endpoint.states).toEqual(['succeeded']);
  await endpoint.change('created_at = created_at - 3456000000');
  await age(projectId, 40 * DAY_MS);
  await endpoint.sql('UPDATE deliveries SET created_at = created_at - 3456000000');
  // It drops what is old when it is woken; its project may sleep more often.
  await endpoint.sleep();
  for (let more = 1; more <= 3; more++) {
    await evictDurableObject(projectStub(projectId));
    await doorOf(projectId).post(happening());
    await eventually(async () => (await endpoint.states()).filter((s) => s === 'succeeded').length)
      // What is older than the log is not shown in it.
      .toBe(more);
  }
  const sent = (await endpoint.visits()).map(
    ({ body }) => JSON.parse(body) as { sequence: number },
  );
  expect(sent.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
});

it('knows how far endpoints are served though it sleeps after every event', async () => {
  const { projectId, states } = await newEndpoint();
  for (let n = 1; n <= 30; n++) {
    await doorOf(projectId).post(happening());
    await eventually(async () => (await states()).filter((s) => s === 'succeeded').length).toBe(n);
    await evictDurableObject(projectStub(projectId));
  }
  const { sequence, settled } = await lastRow(projectId);
  expect(sequence - settled).toBeLessThan(25);
});

it('drops what is over a month old with the first event after a wake, and shows none of it before', async () => {
  const projectId = await newProject();
  for (let n = 0; n < 5; n++) await doorOf(projectId).post(happening());
  await age(projectId, 31 * DAY_MS);
  await evictDurableObject(projectStub(projectId));
  expect(await doorOf(projectId).find(3)).toBeNull();
  expect((await doorOf(projectId).page(everything)).events).toEqual([]);
  await doorOf(projectId).post(happening());
  const { events } = await doorOf(projectId).page(everything);
  expect(events.map(({ sequence }) => sequence)).toEqual([6]);
  const left = await runInDurableObject(projectStub(projectId), (_, { storage }) =>
    storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM events').one(),
  );
  expect(left.n).toBe(1);
});

it('loses nothing to an event that is told a month late', async () => {
  const projectId = await newProject();
  const door = doorOf(projectId);
  const now = Date.now();
  for (let n = 0; n < 3; n++) await door.post(happening());
  await door.post(happening(now - 31 * DAY_MS));
  await evictDurableObject(projectStub(projectId));
  await door.post(happening());
  await runInDurableObject(projectStub(projectId), (_, { storage }) =>
    new EventTable(storage.sql).prune(now),
  );
  const { events } = await door.page(everything);
  expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  const since = await door.page({ ...everything, since: now });
  expect(since.events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 5]);
});

it('hands a new endpoint what happened since, though older news came behind it', async () => {
  const { projectId, states, visits, change } = await newEndpoint({ types: ['member.*'] });
  const made = Date.now();
  await change(`created_at = ${made}`);
  const away = 'ALTER TABLE webhook_endpoints RENAME TO webhook_endpoints_away';
  await env.DB.prepare(away).run();
  try {
    await doorOf(projectId).post(happening(made + 1));
    await doorOf(projectId).post(happening(made - 5_000));
  } finally {
    await env.DB.prepare('ALTER TABLE webhook_endpoints_away RENAME TO webhook_endpoints').run();
  }
  await evictDurableObject(projectStub(projectId));
  await doorOf(projectId).post(happening());
  await eventually(states).toEqual(['succeeded', 'succeeded']);
  const sent = (await visits()).map(({ body }) => JSON.parse(body) as { sequence: number });
  expect(sent.map(({ sequence }) => sequence)).toEqual([1, 3]);
});

it('finds the last event before any time, whatever was dropped before', async () => {
  const projectId = await newProject();
  await doorOf(projectId).head();
  await runInDurableObject(projectStub(projectId), (_, { storage }) => {
    const table = new EventTable(storage.sql);
    const bytes = () => ({ body: new Uint8Array(1), thin: new Uint8Array(1) });
    const event = { id: 'e', type: 'member.removed', environment: null, subject: 's' };
    // The clock stands still, goes on, and goes back.
    const clock = [10, 10, 11, 20, 15, 15, 30, 31, 31, 31, 50, 12, 51];
    for (const now of clock) table.append({ ...event, createdAt: 1 }, bytes, { settled: 0, now });
    for (let dropped = 0; dropped < clock.length; dropped++) {
      storage.sql.exec('DELETE FROM events WHERE sequence <= ?', dropped);
      const kept = storage.sql
        .exec<{ sequence: number; at: number }>('SELECT sequence, appended_at AS at FROM events')
        .toArray();
      for (let time = 0; time < 60; time++) {
        const wanted = kept.findLast(({ at }) => at < time)?.sequence ?? dropped;
        expect(table.lastBefore(time)).toBe(wanted);
      }
    }
  });
});
