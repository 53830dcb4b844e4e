// What becomes of events and of endpoints where something fails in between.

import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { projectDoor } from '../../src/rpc/stubs.ts';
import { eventsOf } from './events-world.ts';
import { getMonitor, newMonitor } from './monitor-world.ts';
import { movesTime, newEndpoint, newPost, travel } from './webhook-world.ts';
import { eventually, newProject, newTask, projectStub, send, taskStub } from './world.ts';

movesTime();

const DAY_MS = 86_400_000;

const renameIn = (stub: ReturnType<typeof projectStub>, from: string, to: string) =>
  runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`);
  });
/** D1 does not answer for a table while this is done. */
async function without<T>(table: string, work: () => Promise<T>): Promise<T> {
  await env.DB.prepare(`ALTER TABLE ${table} RENAME TO ${table}_away`).run();
  try {
    return await work();
  } finally {
    await env.DB.prepare(`ALTER TABLE ${table}_away RENAME TO ${table}`).run();
  }
}

it('numbers on without a gap after news that could not be taken', async () => {
  const projectId = await newProject();
  await newTask({ projectId });
  const kept = () =>
    runInDurableObject(projectStub(projectId), (_, { storage }) =>
      storage.sql
        .exec<{ sequence: number }>('SELECT sequence FROM events ORDER BY sequence')
        .toArray()
        .map(({ sequence }) => sequence),
    );
  await eventually(kept).toEqual([1, 2]);
  await renameIn(projectStub(projectId), 'board', 'board_away');
  const taskId = await newTask({ projectId });
  expect(await kept()).toEqual([1, 2]);
  await renameIn(projectStub(projectId), 'board_away', 'board');
  await eventually(async () => {
    await runDurableObjectAlarm(taskStub(taskId));
    return kept();
  }).toEqual([1, 2, 3, 4]);
  const events = await eventsOf(projectId);
  expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
});

it('tells a new monitor once it can, where it could not at once', async () => {
  const { projectId, id } = await newMonitor();
  // A copy that nobody has told of.
  const other = `mon_${id.slice(4, -4)}zzzz`;
  await env.DB.prepare(
    `INSERT INTO monitors (id, project_id, environment, name, config, state, since, created_by, created_at, updated_at)
      SELECT ?2, project_id, environment, name, config, 'unknown', since, created_by, created_at, updated_at
      FROM monitors WHERE id = ?1`,
  )
    .bind(id, other)
    .run();
  await env.DB.prepare(
    `INSERT INTO outbox (id, project_id, type, subject, data, created_at)
      VALUES (?1, ?2, 'errand:monitor', ?3, '{}', ?4)`,
  )
    .bind(`evt_${other}`, projectId, other, Date.now())
    .run();
  await without('monitors', () => projectDoor(env, projectId, 'events').relay());
  await eventually(async () => {
    await runDurableObjectAlarm(projectStub(projectId));
    const { n } = await runInDurableObject(env.MONITOR.getByName(other), (_, { storage }) =>
      storage.sql
        .exec<{ n: number }>("SELECT count(*) AS n FROM sqlite_master WHERE name = 'migrations'")
        .one(),
    );
    return n;
  }).toBe(1);
  expect((await getMonitor(other)).id).toBe(other);
});

it('signs with a new secret as soon as that is answered, also where its project is in trouble', async () => {
  const endpoint = await newEndpoint();
  const { projectId, id } = endpoint;
  await endpoint.object.enqueue(1, [newPost(1)]);
  await eventually(endpoint.states).toEqual(['succeeded']);
  await renameIn(projectStub(projectId), 'events', 'events_away');
  const rotated = await send<{ secret: string }>(`/v1/webhooks/${id}/rotate`, { graceSeconds: 60 });
  expect(rotated.status).toBe(200);
  await endpoint.object.enqueue(1, [newPost(2)]);
  await eventually(endpoint.states).toEqual(['succeeded', 'succeeded']);
  const last = (await endpoint.visits()).at(-1);
  const headers = last?.headers as Record<string, string>;
  for (const secret of [rotated.body.secret, endpoint.secret]) {
    expect(new Webhook(secret).verify(last?.body ?? '', headers)).toMatchObject({ sequence: 2 });
  }
});

it('sleeps until D1 is asked again, and does not wake over and over meanwhile', async () => {
  const endpoint = await newEndpoint();
  await endpoint.object.enqueue(1, [newPost(1)]);
  await eventually(endpoint.states).toEqual(['succeeded']);
  travel(120_000);
  const before = Date.now();
  await without('webhook_endpoints', async () => {
    await endpoint.object.enqueue(1, [newPost(2)]);
    await endpoint.ring();
    const alarm = await runInDurableObject(endpoint.stub, (_, { storage }) => storage.getAlarm());
    expect(alarm).toBeGreaterThanOrEqual(before + 500);
  });
  expect(await endpoint.states()).toEqual(['succeeded', 'pending']);
  travel(1_000);
  await endpoint.ring();
  await eventually(endpoint.states).toEqual(['succeeded', 'succeeded']);
});

it('shows no delivery that is over a month old, also where none came since', async () => {
  const endpoint = await newEndpoint();
  await endpoint.object.enqueue(1, [newPost(1)]);
  await eventually(endpoint.states).toEqual(['succeeded']);
  const { rows } = await endpoint.object.list({ before: null, limit: 1 });
  const id = rows[0]?.id ?? '';
  expect(await endpoint.object.find(id)).not.toBeNull();
  travel(30 * DAY_MS + 1_000);
  expect(await endpoint.object.find(id)).toBeNull();
  expect(await endpoint.object.redeliver(id, null)).toMatchObject({ ok: false });
});
