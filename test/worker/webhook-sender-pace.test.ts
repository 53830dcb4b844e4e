// How fast, in which order and with which keys an endpoint is sent to.

import { env } from 'cloudflare:workers';
import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { newSecret } from '../../src/webhooks/secret.ts';
import { httpTransport } from '../../src/webhooks/send.ts';
import { publish } from './internet.ts';
import { movesTime, newEndpoint, newPost, newPosts, travel, wrapped } from './webhook-world.ts';
import { eventually } from './world.ts';

movesTime();

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
type Visit = Awaited<ReturnType<Awaited<ReturnType<typeof newEndpoint>>['visits']>>[number];
const sequenceOf = ({ body }: Visit): number => (JSON.parse(body) as { sequence: number }).sequence;

/** Checked by the library that receivers use, by its own clock. */
const verifies = (secret: string, { body, headers }: Visit): boolean => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

it('signs with both secrets while a rotation has its grace, and with the new one alone after', async () => {
  const endpoint = await newEndpoint();
  await endpoint.object.enqueue(1, [newPost(1)]);
  await eventually(endpoint.states).toEqual(['succeeded']);
  const next = newSecret();
  const sql = 'secret_wrapped = ?2, previous_wrapped = secret_wrapped, previous_until = ?3';
  // Under load: nobody tells the object before the next event does, by its revision.
  await endpoint.change(sql, await wrapped(next), Date.now() + 5 * SECOND_MS);
  await endpoint.object.enqueue(2, newPosts(2, 40));
  await eventually(async () => (await endpoint.visits()).length).toBe(40);
  travel(6 * SECOND_MS);
  await endpoint.object.enqueue(2, [newPost(41)]);
  await eventually(async () => (await endpoint.visits()).length).toBe(41);
  for (const visit of await endpoint.visits()) {
    const sequence = sequenceOf(visit);
    const signatures = (visit.headers['webhook-signature'] ?? '').split(' ');
    const schemes = signatures.map((one) => one.slice(0, one.indexOf(',')));
    const isBetween = sequence > 1 && sequence < 41;
    expect(schemes).toEqual(isBetween ? ['v1', 'v1', 'v1a'] : ['v1', 'v1a']);
    expect(verifies(endpoint.secret, visit)).toBe(sequence < 41);
    expect(verifies(next, visit)).toBe(sequence > 1);
  }
});

it('keeps the order where it is asked for: nothing passes one that fails, for an hour', async () => {
  const endpoint = await newEndpoint({ ordering: 'fifo' });
  await endpoint.answers({ status: 500 });
  await endpoint.object.enqueue(1, newPosts(1, 3));
  await eventually(async () => (await endpoint.attempts(1)).length).toBe(1);
  travel(7 * SECOND_MS);
  await endpoint.ring();
  await eventually(async () => (await endpoint.attempts(1)).length).toBe(2);
  travel(7 * MINUTE_MS);
  await endpoint.sleep();
  await endpoint.ring();
  await eventually(async () => (await endpoint.attempts(1)).length).toBe(3);
  expect((await endpoint.visits()).map(sequenceOf)).toEqual([1, 1, 1]);
  await endpoint.answers({});
  // The first has failed for an hour, and its next try may be later than that.
  await endpoint.answers({ first: [{ status: 500 }] });
  travel(HOUR_MS);
  await endpoint.ring();
  await eventually(async () => (await endpoint.states()).slice(1)).toEqual([
    'succeeded',
    'succeeded',
  ]);
  expect((await endpoint.visits()).map(sequenceOf)).toEqual([1, 1, 1, 1, 2, 3]);
  travel(3 * HOUR_MS);
  await endpoint.ring();
  await eventually(endpoint.states).toEqual(['succeeded', 'succeeded', 'succeeded']);
});

it('sends one at a time in order, and up to four at once where no order is asked for', async () => {
  const [inOrder, any] = [await newEndpoint({ ordering: 'fifo' }), await newEndpoint()];
  for (const endpoint of [inOrder, any]) {
    await endpoint.answers({ stalled: true });
    await endpoint.object.enqueue(1, newPosts(1, 6));
    await eventually(async () => (await endpoint.visits()).length).toBeGreaterThan(0);
  }
  expect([(await inOrder.visits()).length, (await any.visits()).length]).toEqual([1, 4]);
});

it('keeps to the rate, and halves it for who says that it is too much', async () => {
  const endpoint = await newEndpoint({ ratePerSecond: 20 });
  const begin = Date.now();
  await endpoint.object.enqueue(1, newPosts(1, 22));
  await eventually(async () => (await endpoint.visits()).length).toBe(22);
  expect(Date.now() - begin).toBeGreaterThanOrEqual(950);
  await endpoint.answers({ status: 429 });
  await endpoint.object.enqueue(1, [newPost(23)]);
  await eventually(async () => (await endpoint.states()).at(-1)).toBe('retrying');
  await endpoint.answers({ status: 503 });
  const again = Date.now();
  await endpoint.object.enqueue(1, newPosts(24, 27));
  await eventually(async () => (await endpoint.visits()).length).toBe(27);
  expect(Date.now() - again).toBeGreaterThanOrEqual(250);
});

it('probes every five minutes one that has failed twenty times, and goes on with the first success', async () => {
  const endpoint = await newEndpoint();
  await endpoint.answers({ status: 500 });
  await endpoint.object.enqueue(1, newPosts(1, 30));
  await eventually(async () => {
    const breaker = await endpoint.sql<{ breaker: string }>('SELECT breaker FROM health');
    return (JSON.parse(breaker[0]?.breaker ?? '{}') as { failures?: number }).failures;
  }).toBeGreaterThanOrEqual(20);
  const before = (await endpoint.visits()).length;
  travel(4 * MINUTE_MS);
  await endpoint.ring();
  expect(await endpoint.visits()).toHaveLength(before);
  travel(MINUTE_MS + SECOND_MS);
  await endpoint.sleep();
  await endpoint.ring();
  expect(await endpoint.visits()).toHaveLength(before + 1);
  await endpoint.answers({});
  travel(6 * MINUTE_MS);
  await endpoint.ring();
  await eventually(async () => new Set(await endpoint.states())).toEqual(new Set(['succeeded']));
});

it('is not held up by a neighbour that is dead', async () => {
  const [dead, well] = [await newEndpoint(), await newEndpoint()];
  await dead.answers({ stalled: true });
  await dead.object.enqueue(1, newPosts(1, 10));
  await eventually(async () => (await dead.visits()).length).toBe(4);
  await well.object.enqueue(1, newPosts(1, 50));
  await eventually(async () => (await well.visits()).length).toBe(50);
  expect(await dead.visits()).toHaveLength(4);
});

it.each([
  ['is silent', { silent: true as const }],
  ['begins and does not go on', { stalled: true as const }],
])('gives up an answer that %s, in time', async (_, publication) => {
  const url = `https://late-${Object.keys(publication)[0]}.hooks-site.com/`;
  await publish(url, publication);
  const answer = await httpTransport(
    env,
    url,
    200,
  )({
    deliveryId: 'dlv_1',
    attempt: 1,
    headers: {},
    body: new TextEncoder().encode('{}'),
  });
  expect(answer).toEqual({
    status: null,
    error: 'There was no answer within 0.2 s.',
    headers: {},
    body: null,
  });
});
