// Ten thousand events, two subscribers who lose their connection again and again: both have all, once, in order.
import { expect, it, onTestFinished } from 'vitest';
import { Client } from './world/client.ts';
import { serve } from './world/dev-server.ts';
import { HandRunner } from './world/hand-runner.ts';
import { expectGapless, messagesOf } from './world/log.ts';
import { bySse, byWebSocket, Subscriber } from './world/subscribers.ts';
import { until } from './world/until.ts';

const EVENTS = 10_000;
const BATCH_MAX = 200;
const SEED = 20_261_121;

/** Mulberry32: the same numbers for the same seed. */
const randomFrom = (seed: number) => {
  let state = seed;
  return (min: number, max: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return min + (((mixed ^ (mixed >>> 14)) >>> 0) % (max - min + 1));
  };
};

it(`a WebSocket and an SSE reader, dropped at random (seed ${SEED}), see the same gapless log`, async () => {
  const server = await serve();
  onTestFinished(() => server.stop());
  const client = new Client(server.url);
  const random = randomFrom(SEED);
  const taskId = await client.create({ description: 'Talk a lot', autonomy: 'full' });
  const framesUntilDrop = () => random(1, 400);
  const subscribers = [
    new Subscriber(byWebSocket(server.url, taskId), framesUntilDrop),
    new Subscriber(bySse(server.url, taskId), framesUntilDrop),
  ];
  onTestFinished(() => {
    for (const subscriber of subscribers) subscriber.end();
  });
  const following = subscribers.map((subscriber) => subscriber.follow());

  const runner = await HandRunner.register(client);
  const grant = await runner.claim();
  const lines = Array.from({ length: EVENTS }, (_, index) => `line ${index + 1}`);
  for (let from = 0; from < EVENTS; ) {
    const size = random(1, BATCH_MAX);
    await runner.send(grant, lines.slice(from, from + size));
    from += size;
  }

  const events = await client.events(taskId);
  expectGapless(events);
  expect(messagesOf(events)).toEqual(lines);
  const { seq } = await client.task(taskId);
  await until(() => subscribers.every(({ last }) => last >= seq), {
    what: `both have seen ${seq} events`,
    withinMs: 60_000,
  });
  for (const subscriber of subscribers) subscriber.end();
  await Promise.all(following);
  for (const { frames, drops, withoutState } of subscribers) {
    expect(frames).toEqual(events);
    expect(drops).toBeGreaterThan(20);
    expect(withoutState).toBe(0);
  }
});
