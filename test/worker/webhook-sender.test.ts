// What an endpoint's object sends: how often, what, and what it makes of the answers.

import { expect, it } from 'vitest';
import { movesTime, newEndpoint, newPost, newPosts, travel } from './webhook-world.ts';
import { eventually } from './world.ts';

movesTime();

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

it('sends an event once, writes down what came of it and drops the bytes', async () => {
  const endpoint = await newEndpoint();
  await endpoint.answers({ status: 201, body: 'thanks', headers: { 'x-other': 'no' } });
  const post = newPost(1);
  await endpoint.object.enqueue(1, [post]);
  await eventually(endpoint.states).toEqual(['succeeded']);
  await endpoint.object.enqueue(1, [post]);
  const [visit, ...others] = await endpoint.visits();
  expect(others).toEqual([]);
  expect(visit?.body).toBe(new TextDecoder().decode(post.body));
  const { rows } = await endpoint.object.list({ before: null, limit: 10 });
  const delivery = await endpoint.object.find(rows[0]?.id ?? '');
  expect(delivery).toMatchObject({ eventId: post.eventId, type: post.type, requestBody: null });
  expect(delivery?.attempts).toEqual([
    expect.objectContaining({
      n: 1,
      status: 201,
      error: null,
      responseBody: 'thanks',
      nextAt: null,
    }),
  ]);
  const sent = Object.entries(delivery?.attempts[0]?.requestHeaders ?? {});
  expect(Object.entries(visit?.headers ?? {})).toEqual(expect.arrayContaining(sent));
  expect(visit?.headers).toMatchObject({
    'content-type': 'application/json',
    'user-agent': 'Sluice-Webhooks/1',
    'webhook-id': post.eventId,
    'sluice-event-type': post.type,
    'sluice-endpoint-id': endpoint.id,
    'sluice-delivery-id': delivery?.id,
    'sluice-delivery-attempt': '1',
    'sluice-version': '2026-11-01',
  });
  expect(delivery?.attempts[0]?.responseHeaders).not.toHaveProperty('x-other');
});

it('tries ten times with the same bytes and id and a fresh timestamp, then gives up', async () => {
  const endpoint = await newEndpoint();
  await endpoint.answers({ status: 500, body: 'no' });
  await endpoint.object.enqueue(1, [newPost(1)]);
  for (let tries = 1; tries < 10; tries++) {
    await eventually(async () => (await endpoint.visits()).length).toBe(tries);
    await eventually(endpoint.states).toEqual(['retrying']);
    const last = (await endpoint.attempts()).at(-1);
    await endpoint.sleep();
    travel(Date.parse(last?.nextAt ?? '') - Date.now());
    await endpoint.ring();
  }
  await eventually(endpoint.states).toEqual(['exhausted']);
  const visits = await endpoint.visits();
  expect(visits).toHaveLength(10);
  expect(new Set(visits.map(({ body }) => body)).size).toBe(1);
  expect(new Set(visits.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(new Set(visits.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10);
  expect(visits.map(({ headers }) => headers['sluice-delivery-attempt'])).toEqual(
    Array.from({ length: 10 }, (_, index) => String(index + 1)),
  );
  const attempts = await endpoint.attempts();
  const took = Date.parse(attempts[9]?.at ?? '') - Date.parse(attempts[0]?.at ?? '');
  expect(took).toBeGreaterThan(75.5 * HOUR_MS * 0.8);
  expect(took).toBeLessThan(75.6 * HOUR_MS * 1.2);
});

it('follows no redirect, sends no cookie, and counts it as a failure', async () => {
  const endpoint = await newEndpoint();
  const elsewhere = `${endpoint.url}/elsewhere`;
  await endpoint.answers({ status: 307, headers: { location: elsewhere, 'set-cookie': 'a=b' } });
  await endpoint.object.enqueue(1, newPosts(1, 2));
  await eventually(endpoint.states).toEqual(['retrying', 'retrying']);
  const visits = await endpoint.visits();
  expect(visits.map(({ url }) => url)).toEqual([endpoint.url, endpoint.url]);
  for (const { headers } of visits) expect(headers).not.toHaveProperty('cookie');
  expect((await endpoint.attempts())[0]).toMatchObject({
    status: 307,
    error: 'Redirects are not followed.',
  });
});

it.each([
  ['seconds', () => '7'],
  ['a date', () => new Date(Date.now() + 8_500).toUTCString()],
])(
  'waits as long as Retry-After says in %s, and no longer than twice the plan',
  async (_, text) => {
    const endpoint = await newEndpoint();
    await endpoint.answers({ status: 503, headers: { 'retry-after': text() } });
    await endpoint.object.enqueue(1, [newPost(1)]);
    await eventually(endpoint.states).toEqual(['retrying']);
    const [attempt] = await endpoint.attempts();
    const waits = Date.parse(attempt?.nextAt ?? '') - Date.parse(attempt?.at ?? '');
    expect(waits).toBeGreaterThanOrEqual(6.5 * SECOND_MS);
    expect(waits).toBeLessThan(9 * SECOND_MS);
    expect(attempt?.responseHeaders['retry-after']).toBeDefined();
    await endpoint.answers({ status: 503, headers: { 'retry-after': '86400' } });
    travel(10 * SECOND_MS);
    await endpoint.ring();
    await eventually(async () => (await endpoint.attempts()).length).toBe(2);
    const second = (await endpoint.attempts())[1];
    const longer = Date.parse(second?.nextAt ?? '') - Date.parse(second?.at ?? '');
    expect(longer).toBeLessThanOrEqual(2 * 1.2 * 300 * SECOND_MS + SECOND_MS);
  },
);

it('reads no more of an answer than it keeps, and cleans what it keeps', async () => {
  const endpoint = await newEndpoint();
  await endpoint.answers({ bytes: 50_000_000, first: [{ endless: true }] });
  await endpoint.object.enqueue(1, [newPost(1)]);
  await eventually(endpoint.states).toEqual(['succeeded']);
  await endpoint.object.enqueue(1, [newPost(2)]);
  await eventually(endpoint.states).toEqual(['succeeded', 'succeeded']);
  expect((await endpoint.attempts(2))[0]?.responseBody).toHaveLength(4_096);
  const secret = `slc_pat_${'0'.repeat(30)}4gHlK0`;
  const hostile = `\u001b]0;own\u0007 ${secret} \u202etxt\r\nline`;
  await endpoint.answers({ body: hostile, headers: { 'content-type': 'text/plain' } });
  await endpoint.object.enqueue(1, [newPost(3)]);
  await eventually(async () => (await endpoint.states())[2]).toBe('succeeded');
  const [kept] = await endpoint.attempts(3);
  expect(kept?.responseBody).toBe(']0;own [redacted:sluice] txt\nline');
  expect(kept?.responseHeaders).toEqual({ 'content-type': 'text/plain' });
});

it('has never sent to a URL that is not public, wherever it came from', async () => {
  const url = 'http://127.0.0.1:8080/hook';
  const endpoint = await newEndpoint({ url });
  await endpoint.object.enqueue(1, [newPost(1)]);
  await eventually(endpoint.states).toEqual(['retrying']);
  expect((await endpoint.attempts())[0]).toMatchObject({
    status: null,
    error: 'Sluice does not call this URL.',
  });
  expect(await endpoint.visits()).toEqual([]);
});

it('loses nothing when its object sleeps between any two steps', async () => {
  const endpoint = await newEndpoint();
  await endpoint.answers({ first: [{ status: 500 }, { broken: true }] });
  await endpoint.object.enqueue(1, newPosts(1, 3));
  await endpoint.sleep();
  await endpoint.object.enqueue(1, newPosts(4, 5));
  await endpoint.sleep();
  await endpoint.ring();
  await endpoint.sleep();
  await eventually(async () => {
    await endpoint.ring();
    travel(600 * SECOND_MS);
    return endpoint.states();
  }).toEqual(Array.from({ length: 5 }, () => 'succeeded'));
});

it('forgets an endpoint that is deleted while a delivery waits to be tried again', async () => {
  const endpoint = await newEndpoint();
  await endpoint.answers({ status: 500 });
  await endpoint.object.enqueue(1, [newPost(1)]);
  await eventually(endpoint.states).toEqual(['retrying']);
  await endpoint.change("state = 'enabled'");
  const { id } = endpoint;
  const { env } = await import('cloudflare:workers');
  await env.DB.prepare('DELETE FROM webhook_endpoints WHERE id = ?').bind(id).run();
  await endpoint.object.refresh();
  expect(await endpoint.states()).toEqual([]);
  travel(10 * SECOND_MS);
  expect(await endpoint.ring()).toBe(false);
  expect(await endpoint.visits()).toHaveLength(1);
  await endpoint.object.enqueue(9, [newPost(2)]);
  await eventually(endpoint.states).toEqual([]);
});
