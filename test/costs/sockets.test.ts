// What it costs to have a socket open: the session of a runner, and those who watch.

import { describe, it } from 'vitest';
import { ask } from '../worker/ask.ts';
import { logFrame, openSession } from '../worker/session-world.ts';
import { claimOne, send, watch } from '../worker/world.ts';
import { expectCost, stopTime } from './cost-of.ts';
import { newKnownTask, newKnownWorld } from './known-world.ts';

stopTime();

async function newLeased() {
  const world = await newKnownWorld();
  await newKnownTask(world);
  return { ...world, ...(await claimOne(world.runner)) };
}

describe('the session of a runner', () => {
  it('is opened', async () => {
    const held = await newLeased();
    await expectCost('session', async () => (await openSession(held)).hear('hello'));
  });

  it('takes heartbeats, batches and results as messages', async () => {
    const held = await newLeased();
    const session = await openSession(held);
    await session.hear('hello');
    const { workId } = held.grant.work;
    session.say({ t: 'hb', workId });
    await session.hear('hb-ok');
    await expectCost('sessionHeartbeat', async () => {
      session.say({ t: 'hb', workId });
      await session.hear('hb-ok', 1);
    });
    await expectCost('sessionBatch', async () => {
      session.say(logFrame(1, 500));
      await session.hear('ack');
    });
    await expectCost('sessionResult', async () => {
      session.say({ t: 'result', workId, outcome: 'completed' });
      await session.hear('next');
    });
  });
});

describe('those who watch', () => {
  it('a viewer of a task', async () => {
    const taskId = await newKnownTask(await newKnownWorld());
    await expectCost('watch', () => watch(taskId));
  });

  it('one event goes to ten viewers of its task', async () => {
    const taskId = await newKnownTask(await newKnownWorld());
    for (let open = 0; open < 10; open += 1) await watch(taskId);
    await expectCost('logWatched', () => send(`/tasks/${taskId}/log`, { message: 'Seen.' }));
  });

  it('one event goes to ten viewers of its project', async () => {
    const world = await newKnownWorld();
    const taskId = await newKnownTask(world);
    for (let open = 0; open < 10; open += 1) {
      const { webSocket } = await ask(`/ws?projectId=${world.projectId}`, {
        headers: { Upgrade: 'websocket' },
      });
      webSocket?.accept();
    }
    await expectCost('cancelWatched', () => send(`/tasks/${taskId}/cancel`));
  });
});
