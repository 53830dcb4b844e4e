// Plain viewers: paced from the log, immediate where there is little, each event once whatever comes while they lag.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { newLog, upTo } from './log-world.ts';
import { watchMany } from './viewer-world.ts';
import { eventually, getTask, newTask, send, taskStub, watch } from './world.ts';

type Viewer = Awaited<ReturnType<typeof watch>>;
const seqsOf = ({ raw }: Viewer) =>
  raw.slice(1).map((text) => (JSON.parse(text) as { seq: number }).seq);
const lastOf = ({ frames, raw }: Viewer) => (raw.length === 0 ? 0 : frames().at(-1)?.seq);

/** How long it takes until a viewer has had everything up to `seq`. */
async function timeTo(viewer: Viewer, seq: number): Promise<number> {
  const began = performance.now();
  await expect.poll(() => lastOf(viewer), { timeout: 25_000, interval: 20 }).toBe(seq);
  return performance.now() - began;
}

describe('a plain viewer', () => {
  it('is sent 2,000 events at once and then 2,000 a second', async () => {
    const { taskId, fill } = await newLog();
    await fill(14, 500);
    const { seq } = await getTask(taskId);
    const viewer = await watch(taskId, '?after=0');
    const began = performance.now();
    await eventually(() => viewer.raw.length).toBeGreaterThan(2_000);
    const others = await watch(taskId, `?after=${seq - 1_500}`);
    await timeTo(others, seq);
    expect(lastOf(viewer)).toBeLessThan(seq);
    await timeTo(viewer, seq);
    expect(performance.now() - began).toBeGreaterThan(((7_000 - 2_000) / 2_000) * 1_000 - 500);
    expect(seqsOf(viewer)).toEqual(upTo(seq));
  });

  it('is sent 2 MiB at once and then 2 MiB a second', async () => {
    const { taskId, fill } = await newLog();
    await fill(12, 10, { chars: 60_000 });
    const { seq } = await getTask(taskId);
    const viewer = await watch(taskId, '?after=0');
    expect(await timeTo(viewer, seq)).toBeGreaterThan(2_000);
    expect(seqsOf(viewer)).toEqual(upTo(seq));
  });

  it('who cannot keep up with a runner misses and repeats nothing, and is live again after it', async () => {
    const { taskId, fill, write } = await newLog();
    const viewer = await watch(taskId, '?after=0');
    await fill(8, 500);
    await evictDurableObject(taskStub(taskId));
    await fill(4, 500);
    const seq = await write(1);
    await timeTo(viewer, seq);
    await send(`/tasks/${taskId}/log`, { message: 'live again' });
    await timeTo(viewer, seq + 1);
    expect(seqsOf(viewer)).toEqual(upTo(seq + 1));
  });

  it('is no slower beside a hundred who lag', async () => {
    const { taskId, fill } = await newLog();
    await fill(10, 500);
    const laggards = await Promise.all(
      Array.from({ length: 100 }, () => watch(taskId, '?after=0')),
    );
    const { seq } = await getTask(taskId);
    const viewers = [await watch(taskId), await watchMany(taskId)];
    for (let count = 1; count <= 20; count++) {
      const { status } = await send(`/tasks/${taskId}/log`, { message: `line ${count}` });
      expect(status).toBe(200);
    }
    await eventually(() => viewers[0]?.raw.length).toBe(21);
    expect(laggards.some((laggard) => (lastOf(laggard) ?? 0) < seq)).toBe(true);
    for (const { socket } of [...laggards, ...viewers]) socket.close(1000);
  });
});

describe('the text of an event', () => {
  it('is the same live, from the log, alone and in a frame of many', async () => {
    const taskId = await newTask();
    const live = [await watch(taskId), await watchMany(taskId)] as const;
    const metadata = {
      9: 'nine',
      a: [1, -0, 1e21, null],
      '\u2028': '\ud800 \u007f 🙂',
      __proto: {},
    };
    await send(`/tasks/${taskId}/log`, { message: 'ü "quoted"\n', metadata });
    await eventually(() => live.map(({ raw }) => raw.length)).toEqual([2, 2]);
    await evictDurableObject(taskStub(taskId));
    const again = [await watch(taskId, '?after=2'), await watchMany(taskId, '?after=2')] as const;
    await eventually(() => again.map(({ raw }) => raw.length)).toEqual([2, 2]);
    const text = live[0].raw[1];
    expect(again[0].raw[1]).toBe(text);
    for (const { raw } of [live[1], again[1]]) {
      expect(raw[1]).toBe(`{"t":"events","from":3,"events":[${text}]}`);
    }
  });
});
