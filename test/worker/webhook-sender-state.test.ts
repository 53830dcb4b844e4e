// An endpoint that is disabled, by itself or by people, and what becomes of what it missed.

import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { projectDoor } from '../../src/rpc/stubs.ts';
import {
  movesTime,
  newEndpoint,
  newPost,
  newPosts,
  type TestEndpoint,
  travel,
} from './webhook-world.ts';
import { eventually } from './world.ts';

movesTime();

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const everything = { after: 0, limit: 100, types: ['*'], environments: null };

/** What its project was told, by type. */
async function toldOf({ projectId, id }: TestEndpoint) {
  const { events } = await projectDoor(env, projectId, 'events').page(everything);
  return events
    .filter(({ subject }) => subject === id)
    .map(({ type, body }) => ({
      type,
      body: JSON.parse(new TextDecoder().decode(body)) as { data: Record<string, unknown> },
    }));
}

const auditOf = async ({ id }: TestEndpoint) =>
  (
    await env.DB.prepare('SELECT action FROM audit WHERE target_id = ? ORDER BY seq')
      .bind(id)
      .all<{ action: string }>()
  ).results.map(({ action }) => action);

const enable = async (endpoint: TestEndpoint) => {
  await endpoint.change("state = 'enabled', disabled_reason = NULL");
  await endpoint.object.refresh();
};
const disable = async (endpoint: TestEndpoint) => {
  await endpoint.change("state = 'disabled', disabled_reason = 'manual'");
  await endpoint.object.refresh();
};
const bodiesAt = async ({ visits }: TestEndpoint) =>
  (await visits()).map(({ body }) => (JSON.parse(body) as { sequence: number }).sequence);

it('is disabled by one 410, and says so to the others, once, without secrets', async () => {
  const endpoint = await newEndpoint();
  await endpoint.answers({ status: 410 });
  await endpoint.object.enqueue(1, [newPost(1)]);
  await eventually(async () => (await endpoint.row())?.['disabled_reason']).toBe('gone');
  expect(await endpoint.row()).toMatchObject({ state: 'disabled', revision: 2 });
  await endpoint.object.enqueue(1, newPosts(2, 3));
  expect(await endpoint.states()).toEqual(['held', 'held', 'held']);
  await eventually(async () => (await toldOf(endpoint)).length).toBe(1);
  const [told] = await toldOf(endpoint);
  expect(told?.type).toBe('webhook_endpoint.disabled');
  expect(told?.body.data).toMatchObject({
    endpoint: { id: endpoint.id, state: 'disabled', disabledReason: 'gone', revision: 2 },
  });
  expect(JSON.stringify(told)).not.toMatch(/whsec|whsk|wrapped/i);
  expect(await auditOf(endpoint)).toEqual(['webhook_endpoint.disabled']);
  travel(HOUR_MS + MINUTE_MS);
  await endpoint.sleep();
  await endpoint.ring();
  expect(await endpoint.visits()).toHaveLength(1);
});

it('gets what it missed in a day, in order, without what it had acknowledged', async () => {
  const endpoint = await newEndpoint({ ordering: 'fifo' });
  await endpoint.object.enqueue(1, newPosts(1, 2));
  await eventually(endpoint.states).toEqual(['succeeded', 'succeeded']);
  await disable(endpoint);
  for (let n = 3; n <= 8; n++) await endpoint.object.enqueue(2, [newPost(n)]);
  expect((await endpoint.states()).slice(2)).toEqual(Array.from({ length: 6 }, () => 'held'));
  await endpoint.sleep();
  travel(DAY_MS);
  await endpoint.object.enqueue(2, newPosts(9, 10));
  await enable(endpoint);
  await eventually(async () => (await endpoint.states()).every((s) => s === 'succeeded')).toBe(
    true,
  );
  expect(await bodiesAt(endpoint)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

it('warns at half, seven and nine tenths of five days, then disables, and probes in between', async () => {
  const endpoint = await newEndpoint();
  await endpoint.answers({ status: 500 });
  await endpoint.object.enqueue(1, newPosts(1, 30));
  await eventually(async () => (await endpoint.visits()).length).toBeGreaterThanOrEqual(20);
  const flood = (await endpoint.visits()).length;
  expect(flood).toBeLessThan(24);
  const types: string[] = [];
  for (let hour = 0; hour < 121 && !types.includes('webhook_endpoint.disabled'); hour += 11) {
    travel(11 * HOUR_MS);
    await endpoint.sleep();
    await endpoint.ring();
    types.splice(0, types.length, ...(await toldOf(endpoint)).map(({ type }) => type));
  }
  const own = types.filter((type) => type.startsWith('webhook_endpoint.'));
  expect(own).toEqual([
    ...Array.from({ length: 3 }, () => 'webhook_endpoint.failing'),
    'webhook_endpoint.disabled',
  ]);
  expect(await endpoint.row()).toMatchObject({ state: 'disabled', disabled_reason: 'failing' });
  // One at a time: never more than a probe a ring.
  expect((await endpoint.visits()).length).toBeLessThanOrEqual(flood + 12);
  await endpoint.answers({});
  await enable(endpoint);
  await eventually(async () => {
    travel(MINUTE_MS);
    await endpoint.ring();
    return (await endpoint.states()).every((s) => s === 'succeeded');
  }).toBe(true);
  expect(new Set(await bodiesAt(endpoint)).size).toBe(30);
});

it('tells of what it gave up, and recover sends all of it again', async () => {
  const endpoint = await newEndpoint();
  await endpoint.answers({ status: 500 });
  await endpoint.object.enqueue(1, newPosts(1, 2));
  for (let tries = 1; tries <= 10; tries++) {
    await eventually(async () => (await endpoint.visits()).length).toBe(2 * tries);
    for (const one of [1, 2]) {
      await eventually(async () => (await endpoint.attempts(one)).length).toBe(tries);
    }
    // No longer than it has to be: after five days it would be disabled.
    const both = [await endpoint.attempts(1), await endpoint.attempts(2)];
    // Each has a jitter of its own.
    const due = both.map((attempts) => Date.parse(attempts.at(-1)?.nextAt ?? ''));
    if (tries < 10) travel(Math.max(...due) + 1 - Date.now());
    await endpoint.ring();
  }
  await eventually(endpoint.states).toEqual(['exhausted', 'exhausted']);
  await eventually(
    async () =>
      (await toldOf(endpoint)).filter(({ type }) => type === 'webhook_delivery.exhausted').length,
  ).toBe(2);
  await endpoint.answers({});
  expect(await endpoint.object.recover()).toEqual({ queued: 2 });
  await eventually(endpoint.states).toEqual(['succeeded', 'succeeded']);
  expect(await endpoint.object.recover()).toEqual({ queued: 0 });
});

it('sends a test and what is asked for at once, although it is disabled', async () => {
  const endpoint = await newEndpoint({ state: 'disabled' });
  await endpoint.object.enqueue(1, [newPost(1)]);
  await eventually(endpoint.states).toEqual(['held']);
  const test = newPost(2, { type: 'webhook.test' });
  const { deliveryId } = await endpoint.object.probe(test);
  await eventually(async () => (await endpoint.object.find(deliveryId))?.state).toBe('succeeded');
  await endpoint.object.enqueue(1, [test]);
  expect(await bodiesAt(endpoint)).toEqual([2]);
  expect(await endpoint.states()).toEqual(['held', 'succeeded']);
});

it('redelivers with the same id after a success, each time it is asked, and refuses other ids', async () => {
  const endpoint = await newEndpoint();
  const post = newPost(1);
  await endpoint.object.enqueue(1, [post]);
  await eventually(endpoint.states).toEqual(['succeeded']);
  const id = (await endpoint.object.list({ before: null, limit: 1 })).rows[0]?.id ?? '';
  expect(await endpoint.object.redeliver(id, null)).toMatchObject({ ok: false });
  expect(await endpoint.object.redeliver(id, post)).toEqual({
    ok: true,
    value: { deliveryId: id },
  });
  await eventually(async () => (await endpoint.visits()).length).toBe(2);
  await endpoint.answers({ status: 500 });
  await endpoint.object.redeliver(id, post);
  await eventually(async () => (await endpoint.attempts()).length).toBe(3);
  expect(await endpoint.states()).toEqual(['succeeded']);
  const visits = await endpoint.visits();
  expect(new Set(visits.map(({ headers }) => headers['webhook-id']))).toEqual(
    new Set([post.eventId]),
  );
  expect(new Set(visits.map(({ body }) => body)).size).toBe(1);
  const other = await newEndpoint();
  await other.object.enqueue(1, [newPost(1)]);
  expect(await other.object.find(id)).toBeNull();
  expect(await other.object.redeliver(id, post)).toMatchObject({
    ok: false,
    refusal: { code: 'not_found' },
  });
});

it('replays what is known and what is not, each with its own id', async () => {
  const endpoint = await newEndpoint();
  const posts = newPosts(1, 5);
  await endpoint.object.enqueue(1, posts.slice(3));
  await eventually(endpoint.states).toEqual(['succeeded', 'succeeded']);
  expect(await endpoint.object.replay(posts)).toEqual({ queued: 5 });
  await eventually(async () => (await endpoint.visits()).length).toBe(7);
  await eventually(endpoint.states).toEqual(Array.from({ length: 5 }, () => 'succeeded'));
});

it('counts what arrived and what did not, also once its days are summed up and dropped', async () => {
  const endpoint = await newEndpoint();
  const start = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  await endpoint.object.enqueue(1, newPosts(1, 4));
  await eventually(async () => (await endpoint.states()).at(-1)).toBe('succeeded');
  const sums = () => endpoint.object.sums(start, start + DAY_MS);
  expect(await sums()).toEqual({ delivered: 4, failed: 0, pending: 0 });
  travel(2 * DAY_MS);
  expect(await sums()).toEqual({ delivered: 4, failed: 0, pending: 0 });
  await endpoint.sleep();
  travel(30 * DAY_MS);
  await endpoint.object.enqueue(1, [newPost(5)]);
  await eventually(async () => (await endpoint.sql('SELECT sequence FROM deliveries')).length).toBe(
    1,
  );
  expect(await sums()).toEqual({ delivered: 4, failed: 0, pending: 0 });
});

it('waits for D1 when that is away, and loses nothing', async () => {
  const endpoint = await newEndpoint();
  const away = 'ALTER TABLE webhook_endpoints RENAME TO webhook_endpoints_away';
  const back = 'ALTER TABLE webhook_endpoints_away RENAME TO webhook_endpoints';
  await env.DB.prepare(away).run();
  try {
    await endpoint.object.enqueue(1, [newPost(1)]);
    await endpoint.sleep();
    await endpoint.ring();
    expect(await endpoint.states()).toEqual(['pending']);
  } finally {
    await env.DB.prepare(back).run();
  }
  travel(MINUTE_MS);
  await endpoint.ring();
  await eventually(endpoint.states).toEqual(['succeeded']);
  await endpoint.answers({ status: 410 });
  await env.DB.prepare('ALTER TABLE outbox RENAME TO outbox_away').run();
  try {
    await endpoint.object.enqueue(1, newPosts(2, 3));
    await eventually(async () => (await endpoint.states()).slice(1)).toEqual(['held', 'held']);
    expect((await endpoint.row())?.['state']).toBe('enabled');
  } finally {
    await env.DB.prepare('ALTER TABLE outbox_away RENAME TO outbox').run();
  }
  travel(2 * MINUTE_MS);
  await endpoint.sleep();
  await endpoint.ring();
  await eventually(async () => (await endpoint.row())?.['state']).toBe('disabled');
  expect(await endpoint.states()).toEqual(['succeeded', 'held', 'held']);
});
