// What was acknowledged is there, whenever the object is put to sleep or dies.

import { abortAllDurableObjects, evictDurableObject } from 'cloudflare:test';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newLeasedWorld } from './leased-world.ts';
import { lines, logFrame, messagesOf, newSession, openSession } from './session-world.ts';
import { logBatch, taskStub } from './world.ts';

const RUNS = 1_000;
const MS_MAX = 240_000;

describe('an acknowledgement', () => {
  it(
    'An ack is sent only after its row is durable',
    async () => {
      const world = await newSession();
      let { session } = world;
      let next = 1;
      const property = fc.asyncProperty(fc.integer({ min: 1, max: 5 }), async (count) => {
        const heard = session.all('ack').length;
        session.say(logFrame(next, count));
        const { n } = await session.hear('ack', heard);
        // The process dies as soon as the word is out: only what is on disk comes back.
        await abortAllDurableObjects();
        session = await openSession(world);
        const { producers } = await session.hear('hello');
        expect(producers['main']?.acked).toBe(n);
        next = n + 1;
      });
      await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
      expect(await messagesOf(world.taskId)).toEqual(lines(1, next - 1));
    },
    MS_MAX,
  );

  it(
    'Eviction between batches loses no acked event',
    async () => {
      const { taskId, holder } = await newLeasedWorld({ workflow: 'bugfix' });
      let next = 1;
      for (let batch = 0; batch < 60; batch += 1) {
        const count = 1 + (batch % 9);
        const { status, body } = await holder.events(logBatch(next, count));
        expect(status).toBe(200);
        expect(body['acked']).toBe(next + count - 1);
        next += count;
        await evictDurableObject(taskStub(taskId));
      }
      expect(await messagesOf(taskId)).toEqual(lines(1, next - 1));
    },
    MS_MAX,
  );
});
