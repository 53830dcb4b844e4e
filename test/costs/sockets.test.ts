// What it costs to have a socket open: the session of a runner, and those who watch.

import { describe, expect, it } from 'vitest';
import type { Cost } from '../../tools/costs/count.ts';
import { COUNTED } from '../../tools/costs/counted.ts';
import { ask } from '../worker/ask.ts';
import { openLine } from '../worker/line-world.ts';
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

describe('the line of a runner', () => {
  it('is opened', async () => {
    const { runner } = await newKnownWorld();
    await expectCost('line', () => openLine(runner));
  });

  it('a claim with nothing to do', async () => {
    const { runner } = await newKnownWorld();
    const line = await openLine(runner);
    await expectCost('lineNothing', async () => {
      line.claim('clm_vain');
      await line.hear('queue');
    });
  });

  it('a claim takes no more calls of objects than over HTTP', async () => {
    const world = await newKnownWorld();
    const line = await openLine(world.runner);
    await newKnownTask(world);
    await expectCost('lineClaim', async () => {
      line.claim('clm_one');
      await line.hear('grant');
    });
    const calls = ({ taskCalls = 0, projectCalls = 0 }: Cost) => [taskCalls, projectCalls];
    const [[tasks = 0, projects = 0], [tasksOver = 0, projectsOver = 0]] = [
      calls(COUNTED.lineClaim.cost),
      calls(COUNTED.claim.cost),
    ];
    expect(tasks).toBeLessThanOrEqual(tasksOver);
    expect(projects).toBeLessThan(projectsOver);
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
