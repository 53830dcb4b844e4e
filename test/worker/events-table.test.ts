// What happens in a project is written down in order, once, and handed to the endpoints that want it.

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
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
