// What always holds of the taps of one log, by its own sentence.

import { evictDurableObject } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { ask } from './ask.ts';
import { newLog, upTo } from './log-world.ts';
import { watchMany } from './viewer-world.ts';
import { eventually, getTask, send, taskStub, watch } from './world.ts';

interface Told {
  readonly seq: number;
}

/** Blocks of one and of many, of log lines and of what state is folded from, and the end of the task. */
async function newEndedLog(): Promise<{ readonly taskId: string; readonly head: number }> {
  const { taskId, write, note } = await newLog();
  for (const count of [1, 4, 1, 7]) {
    await write(count);
    await note();
  }
  await send(`/tasks/${taskId}/cancel`);
  return { taskId, head: (await getTask(taskId)).seq };
}

/** Each of them gives all that comes after the cursor, up to the end. */
const TAPS: Readonly<Record<string, (taskId: string, after: number) => Promise<unknown[]>>> = {
  'one event a frame': async (taskId, after) => {
    const viewer = await watch(taskId, `?after=${after}&until=end`);
    await viewer.closed;
    return viewer.raw.slice(1).map((text) => JSON.parse(text) as unknown);
  },
  'frames of many': async (taskId, after) => {
    const viewer = await watchMany(taskId, `?after=${after}&until=end`);
    await viewer.closed;
    return viewer.events;
  },
  'an event stream': async (taskId, after) => {
    const headers = { Accept: 'text/event-stream' };
    const answer = await ask(`/tasks/${taskId}/events?after=${after}&until=end`, { headers });
    const text = await answer.text();
    // The state and the end have no number; who comes at the end is answered by a status alone.
    const told = text.split('\n\n').filter((frame) => /^id: \d+$/m.test(frame));
    return told.map((frame) => JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? '') as unknown);
  },
  'pages of three': async (taskId, after) => {
    const events: Told[] = [];
    for (;;) {
      const from = events.at(-1)?.seq ?? after;
      const answer = await ask(`/tasks/${taskId}/events?after=${from}&limit=3`);
      const page: { readonly events: Told[]; readonly head: number } = await answer.json();
      events.push(...page.events);
      if ((events.at(-1)?.seq ?? after) >= page.head) return events;
    }
  },
};

it('Every tap gives the same events, same order, no hole, from any cursor.', async () => {
  const { taskId, head } = await newEndedLog();
  const whole = await TAPS['pages of three']?.(taskId, 0);
  expect((whole as Told[]).map(({ seq }) => seq)).toEqual(upTo(head));
  for (let after = 0; after <= head; after += 1) {
    for (const [tap, follow] of Object.entries(TAPS)) {
      expect([tap, after, await follow(taskId, after)]).toEqual([tap, after, whole?.slice(after)]);
    }
  }
});

it('Snapshot then replay skips nothing in between.', async () => {
  const { taskId, write, note } = await newLog();
  for (let round = 0; round < 20; round += 1) {
    const writing = [write(3), note()];
    const viewer = await watch(taskId);
    const { seq } = await getTask(taskId);
    const follower = await watch(taskId, `?after=${seq}`);
    await Promise.all(writing);
    await write(1);
    const head = (await getTask(taskId)).seq;
    for (const [{ frames, socket }, from] of [
      [viewer, viewer.frames()[0]?.seq],
      [follower, seq],
    ] as const) {
      await eventually(() => frames().at(-1)?.seq).toBe(head);
      const [state, ...events] = frames();
      expect(events.map((event) => event.seq)).toEqual(upTo(head, (from ?? state?.seq ?? 0) + 1));
      socket.close(1000);
    }
  }
});

it('An idle object with 100 sockets hibernates, and all get the next event.', async () => {
  const { taskId, write } = await newLog();
  const viewers = await Promise.all(Array.from({ length: 100 }, () => watch(taskId)));
  await eventually(() => viewers.every(({ frames }) => frames().length === 1)).toBe(true);
  // On a slow machine it is gone by itself.
  await evictDurableObject(taskStub(taskId)).catch(() => undefined);
  await write(1);
  const { seq } = await getTask(taskId);
  for (const { frames } of viewers) await eventually(() => frames().at(-1)?.seq).toBe(seq);
});
