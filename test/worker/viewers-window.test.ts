// Frames of many: what a viewer has not acknowledged is bounded, and who falls behind goes on from the log.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';
import { newLog, upTo } from './log-world.ts';
import { watchMany } from './viewer-world.ts';
import { eventually, getTask, newTask, send, taskStub, watch } from './world.ts';

const WINDOW = 4_194_304;
const evict = (taskId: string) => evictDurableObject(taskStub(taskId));
const log = (taskId: string, message: string) => send(`/tasks/${taskId}/log`, { message });
const seqsOf = (viewer: { events: readonly { seq: number }[] }) =>
  viewer.events.map(({ seq }) => seq);

const socketsOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), (_object, ctx) => ctx.getWebSockets().length);

/** Returns once everything that was sent up to now has arrived: a socket of its own is told of a new event. */
async function settle(taskId: string) {
  const { socket, frames } = await watch(taskId);
  await log(taskId, 'settled');
  await eventually(() => frames().at(-1)?.data['message']).toBe('settled');
  socket.close(1000);
}

describe('a viewer of frames of many', () => {
  it('who never acknowledges has a window of its replay, and the rest once it does', async () => {
    const { taskId, fill } = await newLog();
    await fill(10, 10, { chars: 65_000 });
    const viewer = await watchMany(taskId, '?after=0', { isSilent: true });
    await eventually(viewer.bytes).toBeGreaterThan(WINDOW - 1_000_000);
    await evict(taskId);
    await settle(taskId);
    await evict(taskId);
    await settle(taskId);
    expect(viewer.bytes()).toBeLessThanOrEqual(WINDOW);
    expect(seqsOf(viewer)).toEqual(upTo(viewer.events.length));
    viewer.acknowledge();
    const { seq } = await getTask(taskId);
    await eventually(() => seqsOf(viewer).at(-1)).toBe(seq);
    expect(seqsOf(viewer)).toEqual(upTo(seq));
  });

  it('who is live and never acknowledges has a window of what happens, and no more', async () => {
    const { taskId, fill } = await newLog();
    const viewer = await watchMany(taskId, '', { isSilent: true });
    const { seq: before } = await getTask(taskId);
    await fill(5, 10, { chars: 60_000 });
    await evict(taskId);
    await fill(5, 10, { chars: 60_000 });
    await settle(taskId);
    expect(viewer.bytes()).toBeGreaterThan(WINDOW - 1_000_000);
    expect(viewer.bytes()).toBeLessThanOrEqual(WINDOW + 262_144);
    viewer.acknowledge();
    const { seq } = await getTask(taskId);
    await eventually(() => seqsOf(viewer).at(-1)).toBe(seq);
    await log(taskId, 'live again');
    await eventually(() => seqsOf(viewer)).toEqual(upTo(seq + 1, before + 1));
  });

  it('is sent as much more as it acknowledges', async () => {
    const { taskId, fill } = await newLog();
    await fill(10, 10, { chars: 65_000 });
    const viewer = await watchMany(taskId, '?after=0', { isSilent: true });
    await eventually(viewer.bytes).toBeGreaterThan(WINDOW - 1_000_000);
    await settle(taskId);
    const had = viewer.raw.length;
    const first = viewer.raw[1] ?? '';
    const { events }: { events: { seq: number }[] } = JSON.parse(first);
    const seq = events.at(-1)?.seq ?? 0;
    viewer.acknowledge(seq - 1);
    await settle(taskId);
    expect(viewer.raw).toHaveLength(had);
    for (const repeated of [seq, seq, 3, -1]) viewer.acknowledge(repeated);
    await eventually(() => viewer.raw.length).toBeGreaterThan(had);
    await settle(taskId);
    expect(viewer.bytes() - first.length).toBeLessThanOrEqual(WINDOW);
    expect(seqsOf(viewer)).toEqual(upTo(viewer.events.length));
  });

  it('A stuck viewer delays neither ingest nor others.', async () => {
    const { taskId, fill } = await newLog();
    const stuck = await watchMany(taskId, '?after=0', { isSilent: true });
    const [many, single] = [await watchMany(taskId, '?after=0'), await watch(taskId, '?after=0')];
    await fill(12, 100, { chars: 4_000 });
    const { seq } = await getTask(taskId);
    await eventually(() => seqsOf(many).at(-1)).toBe(seq);
    await eventually(() => single.frames().at(-1)?.seq).toBe(seq);
    for (const seqs of [
      seqsOf(many),
      single
        .frames()
        .slice(1)
        .map((frame) => frame.seq),
    ]) {
      expect(seqs).toEqual(upTo(seq));
    }
    expect(stuck.events.length).toBeGreaterThan(0);
    expect(stuck.bytes()).toBeLessThanOrEqual(WINDOW);
  });

  it('and another race on the wake: each has every event once', async () => {
    const { taskId, fill } = await newLog();
    await fill(10, 10, { chars: 65_000 });
    const stuck = [
      await watchMany(taskId, '?after=0', { isSilent: true }),
      await watchMany(taskId, '?after=0', { isSilent: true }),
    ];
    for (const { bytes } of stuck) await eventually(bytes).toBeGreaterThan(WINDOW - 1_000_000);
    await evict(taskId);
    const [written, opened] = await Promise.all([
      log(taskId, 'on the wake'),
      watchMany(taskId, '?after=0'),
      ...stuck.map(({ acknowledge }) => acknowledge()),
    ]);
    expect(written.status).toBe(200);
    const { seq } = await getTask(taskId);
    for (const viewer of [...stuck, opened]) {
      await eventually(() => seqsOf(viewer).at(-1)).toBe(seq);
      expect(seqsOf(viewer)).toEqual(upTo(seq));
    }
  });
});

describe('the viewers of a task that is deleted', () => {
  it('are closed 4410, whether they were live, lagged or were stuck', async () => {
    const { taskId, projectId, fill } = await newLog();
    await fill(10, 500);
    await fill(10, 10, { chars: 65_000 });
    expect((await send(`/tasks/${taskId}/trash`)).status).toBe(200);
    const viewers = [
      await watch(taskId),
      await watch(taskId, '?after=0'),
      await watchMany(taskId, '?after=0', { isSilent: true }),
    ];
    await eventually(() => viewers.map(({ raw }) => raw.length > 0)).toEqual([true, true, true]);
    const emptied = await ask(`/tasks/trash?projectId=${projectId}`, { method: 'DELETE' });
    expect(emptied.status).toBe(200);
    for (const { closed } of viewers) expect(await closed).toMatchObject({ code: 4410 });
    await eventually(() => socketsOf(taskId)).toBe(0);
    expect((await ask(`/tasks/${taskId}`)).status).toBe(404);
  });
});

describe('what a viewer says', () => {
  const garbage = [
    ...['', 'x', '{', 'null', '[]', '{}', '{"t":"ack"}', '{"t":"ack","seq":null}'],
    ...['{"t":"ack","seq":"9"}', '{"t":"ack","seq":1e999}', '{"t":"no","seq":1}', 'pong'],
    ...[' '.repeat(65_536), `{"t":"ack","seq":1,"x":"${'ü'.repeat(30_000)}"}`],
  ];

  it('is ignored where it is no acknowledgement', async () => {
    const taskId = await newTask();
    const viewers = [await watchMany(taskId, '?after=0'), await watch(taskId, '?after=0')];
    for (const { socket } of viewers) {
      for (const message of garbage) socket.send(message);
      socket.send(new Uint8Array(65_536));
    }
    await evict(taskId);
    for (const { socket } of viewers) for (const message of garbage) socket.send(message);
    await log(taskId, 'still here');
    await eventually(() => viewers.map(({ raw }) => raw.at(-1)?.includes('still here'))).toEqual([
      true,
      true,
    ]);
  });

  it.each(['a'.repeat(65_537), 'ü'.repeat(32_769), new Uint8Array(65_537)])(
    'closes it 1009 where it is larger than 64 kB',
    async (message) => {
      const taskId = await newTask();
      const { socket, closed } = await watch(taskId);
      socket.send(message);
      expect(await closed).toMatchObject({ code: 1009 });
      await eventually(() => socketsOf(taskId)).toBe(0);
    },
  );
});
