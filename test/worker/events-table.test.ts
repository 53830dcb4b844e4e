// What happens in a project is written down in order, once, and handed to the endpoints that want it.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { housekeeping } from '../../src/actions/housekeeping.ts';
import { newId } from '../../src/auth/id.ts';
import type { PlatformEvent } from '../../src/contract/platform-event.ts';
import { projectDoor } from '../../src/rpc/stubs.ts';
import { eventually, newProject, newTask, projectStub, send } from './world.ts';

const everything = { after: 0, limit: 100, types: ['*'], environments: null };

async function eventsOf(projectId: string): Promise<PlatformEvent[]> {
  const { events } = await projectDoor(env, projectId, 'events').page(everything);
  return events.map(({ body }) => JSON.parse(new TextDecoder().decode(body)) as PlatformEvent);
}

const invite = (projectId: string) =>
  send(`/v1/projects/${projectId}/invitations`, {
    email: `${newId('usr', Date.now())}@example.com`,
    role: 'viewer',
  });

/** An endpoint as its row says; nothing is sent by these tests. */
async function newEndpoint(projectId: string, types: readonly string[]): Promise<string> {
  const id = newId('whe', Date.now());
  await env.DB.prepare(
    `INSERT INTO webhook_endpoints (id, project_id, url, description, types, payload, ordering, rate_per_second,
      secret_wrapped, secret_hint, ed_public, ed_private_wrapped, state, created_by, created_at, updated_at)
      VALUES (?1, ?2, 'https://hooks.test-site.com/', '', ?3, 'full', 'none', 25, '', '', '', '', 'disabled', 'usr_local', ?4, ?4)`,
  )
    .bind(id, projectId, JSON.stringify(types), Date.now())
    .run();
  return id;
}

const takenBy = (endpointId: string) =>
  runInDurableObject(env.WEBHOOK.getByName(endpointId), (_, { storage }) =>
    storage.sql
      .exec<{ sequence: number; type: string }>('SELECT sequence, type FROM deliveries ORDER BY 1')
      .toArray(),
  );

it('numbers what its tasks and its people do, without a gap', async () => {
  const projectId = await newProject();
  await newTask({ projectId });
  expect((await invite(projectId)).status).toBe(201);
  await eventually(async () => (await eventsOf(projectId)).length).toBe(3);
  const events = await eventsOf(projectId);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  expect(events.map(({ type }) => type).sort()).toEqual(
    ['member.invited', 'task.created', 'task.queued'].sort(),
  );
  const { results } = await env.DB.prepare('SELECT * FROM outbox WHERE project_id = ?')
    .bind(projectId)
    .all();
  expect(results).toEqual([]);
});

it('writes what it is told twice once, also when it has slept in between', async () => {
  const projectId = await newProject();
  await invite(projectId);
  await eventually(async () => (await eventsOf(projectId)).length).toBe(1);
  await evictDurableObject(projectStub(projectId));
  const at = Date.now();
  // A row that was taken, and whose deletion did not arrive.
  await env.DB.prepare(
    `INSERT INTO outbox (seq, id, project_id, type, subject, data, created_at)
      SELECT seq, 'evt_again', ?1, 'member.invited', 'inv', '{}', ?2 FROM sqlite_sequence WHERE name = 'outbox'`,
  )
    .bind(projectId, at)
    .run()
    .catch(() => undefined);
  await projectDoor(env, projectId, 'events').relay();
  expect(await eventsOf(projectId)).toHaveLength(1);
});

it('hands an endpoint what it wants, from its making on, in order and once', async () => {
  const projectId = await newProject();
  await invite(projectId);
  await eventually(async () => (await eventsOf(projectId)).length).toBe(1);
  const wants = await newEndpoint(projectId, ['member.*']);
  const other = await newEndpoint(projectId, ['deployment.*']);
  await evictDurableObject(projectStub(projectId));
  await invite(projectId);
  await newTask({ projectId });
  await invite(projectId);
  await eventually(async () => (await takenBy(wants)).length).toBe(2);
  const taken = await takenBy(wants);
  expect(taken.every(({ type }) => type === 'member.invited')).toBe(true);
  expect(taken[0]?.sequence).toBeGreaterThan(1);
  expect(await takenBy(other)).toEqual([]);
  await evictDurableObject(projectStub(projectId));
  await runDurableObjectAlarm(projectStub(projectId));
  expect(await takenBy(wants)).toEqual(taken);
});

it('hands over after a wake what it had only written down', async () => {
  const projectId = await newProject();
  const wants = await newEndpoint(projectId, ['*']);
  await env.DB.prepare('ALTER TABLE webhook_endpoints RENAME TO webhook_endpoints_away').run();
  try {
    await invite(projectId);
    await eventually(async () => (await eventsOf(projectId)).length).toBe(1);
  } finally {
    await env.DB.prepare('ALTER TABLE webhook_endpoints_away RENAME TO webhook_endpoints').run();
  }
  await evictDurableObject(projectStub(projectId));
  await runDurableObjectAlarm(projectStub(projectId));
  await eventually(async () => (await takenBy(wants)).length).toBe(1);
});

it('hands an endpoint that is made while others are served what happens from then on', async () => {
  const projectId = await newProject();
  const first = await newEndpoint(projectId, ['*']);
  await invite(projectId);
  await eventually(async () => (await takenBy(first)).length).toBe(1);
  const second = await newEndpoint(projectId, ['*']);
  // Its object has not heard of the second yet.
  await invite(projectId);
  await eventually(async () => (await takenBy(first)).length).toBe(2);
  await env.DB.prepare(
    `INSERT INTO outbox (id, project_id, type, subject, data, created_at) VALUES ('evt_e', ?, 'errand:endpoint', ?, '{}', ?)`,
  )
    .bind(projectId, second, Date.now())
    .run();
  await projectDoor(env, projectId, 'events').relay();
  await invite(projectId);
  await eventually(async () => (await takenBy(second)).map(({ sequence }) => sequence)).toEqual([
    2, 3,
  ]);
});

it('serves others while one endpoint is in trouble, and that one once it is well', async () => {
  const projectId = await newProject();
  const ill = await newEndpoint(projectId, ['*']);
  const well = await newEndpoint(projectId, ['*']);
  const rename = (from: string, to: string) =>
    runInDurableObject(env.WEBHOOK.getByName(ill), (_, { storage }) => {
      storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
    });
  await rename('deliveries', 'away');
  await invite(projectId);
  await invite(projectId);
  await eventually(async () => (await takenBy(well)).length).toBe(2);
  await rename('away', 'deliveries');
  await eventually(async () => {
    await runDurableObjectAlarm(projectStub(projectId));
    return (await takenBy(ill)).length;
  }).toBe(2);
});

it('hands over more than it remembers, in order', async () => {
  const projectId = await newProject();
  const door = projectDoor(env, projectId, 'events');
  const endpoint = await newEndpoint(projectId, ['incident.*']);
  await env.DB.prepare('ALTER TABLE webhook_endpoints RENAME TO webhook_endpoints_away').run();
  const at = Date.now();
  const happening = {
    type: 'incident.opened',
    environment: null,
    subject: 'inc',
    data: {},
  } as const;
  for (let n = 0; n < 450; n++) await door.post({ ...happening, id: `evt_${n}`, at });
  await env.DB.prepare('ALTER TABLE webhook_endpoints_away RENAME TO webhook_endpoints').run();
  await eventually(async () => {
    await runDurableObjectAlarm(projectStub(projectId));
    return (await takenBy(endpoint)).length;
  }).toBe(450);
});

it('reads on where a page ended, and what is of a type alone', async () => {
  const projectId = await newProject();
  const door = projectDoor(env, projectId, 'events');
  const at = Date.now();
  const happening = { environment: null, subject: 'x', data: {}, at } as const;
  for (let n = 0; n < 30; n++) {
    const type = n % 3 === 0 ? 'incident.opened' : 'member.removed';
    await door.post({ ...happening, type, id: `evt_${n}` });
  }
  const asked = { ...everything, types: ['incident.*'], limit: 4 };
  const first = await door.page({ ...asked, after: 0 });
  expect(first.events.map(({ sequence }) => sequence)).toEqual([1, 4, 7, 10]);
  expect(first.hasMore).toBe(true);
  const second = await door.page({ ...asked, after: first.next, limit: 100 });
  expect(second.events.map(({ sequence }) => sequence)).toEqual([13, 16, 19, 22, 25, 28]);
  expect(second.hasMore).toBe(false);
});

it('takes what was left lying in outboxes with the next turn of the clock', async () => {
  const projects = [await newProject(), await newProject()];
  const now = Date.now();
  const lies = (projectId: string, at: number) =>
    env.DB.prepare(
      `INSERT INTO outbox (id, project_id, type, subject, data, created_at)
        VALUES (?, ?, 'member.removed', 'usr_x', '{}', ?)`,
    )
      .bind(newId('evt', at), projectId, at)
      .run();
  for (const projectId of projects) await lies(projectId, now - 60_000);
  const fresh = await newProject();
  await lies(fresh, now);
  await housekeeping(env, now);
  for (const projectId of projects) expect(await eventsOf(projectId)).toHaveLength(1);
  // Whoever has just committed it takes it; the clock is for what was left.
  expect(await eventsOf(fresh)).toEqual([]);
});
