// Who stays too far behind is let go with 4008, comes back with its cursor, and has kept nobody awake.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { later, ring, stopTheClock } from './leased-world.ts';
import { newLog, upTo } from './log-world.ts';
import { watchMany } from './viewer-world.ts';
import { eventually, getTask, newDoneTask, newTask, send, taskStub, watch } from './world.ts';

const WINDOW = 4_194_304;
const evict = (taskId: string) => evictDurableObject(taskStub(taskId));
const alarmOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), (_object, { storage }) => storage.getAlarm());
const isFull = ({ bytes }: { bytes: () => number }) => bytes() > WINDOW - 1_000_000;
const TOO_SLOW = { code: 4008, reason: 'Too slow' };

/** A task of the past that nobody holds, with more in its log than a window holds. */
async function newFullTask(commits = 10) {
  const { taskId, fill } = await newLog();
  await fill(commits, 10, { chars: 65_000 });
  await send(`/tasks/${taskId}/cancel`);
  return taskId;
}

describe('a viewer of frames of many', () => {
  stopTheClock();

  it.each(['live', 'in its replay'])(
    '%s, whose window is full for 60 s, is let go by the alarm',
    async (when) => {
      const { taskId, fill } = await newLog();
      if (when === 'in its replay') await fill(10, 10, { chars: 65_000 });
      const viewer = await watchMany(taskId, '?after=0', { isSilent: true });
      if (when === 'live') await fill(10, 10, { chars: 65_000 });
      await eventually(() => isFull(viewer)).toBe(true);
      await evict(taskId);
      later(59_000);
      await send(`/tasks/${taskId}/log`, { message: 'not yet' });
      await evict(taskId);
      await ring(taskId);
      expect(viewer.socket.readyState).toBe(WebSocket.OPEN);
      later(1_001);
      await evict(taskId);
      await ring(taskId);
      expect(await viewer.closed).toEqual(TOO_SLOW);
      const { seq } = await getTask(taskId);
      const last = viewer.events.at(-1)?.seq ?? 0;
      const again = await watchMany(taskId, `?after=${last}`);
      await eventually(() => again.events.at(-1)?.seq).toBe(seq);
      expect(again.events.map((event) => event.seq)).toEqual(upTo(seq, last + 1));
    },
  );

  it('is not let go while it acknowledges, however long its replay takes', async () => {
    const taskId = await newFullTask(20);
    const { seq } = await getTask(taskId);
    const viewer = await watchMany(taskId, '?after=0', { isSilent: true });
    for (let full = WINDOW; viewer.events.at(-1)?.seq !== seq; full += WINDOW) {
      const stopped = () => viewer.bytes() > full - 1_000_000 || viewer.events.at(-1)?.seq === seq;
      await eventually(stopped).toBe(true);
      later(50_000);
      await ring(taskId);
      viewer.acknowledge();
    }
    expect(viewer.socket.readyState).toBe(WebSocket.OPEN);
    expect(viewer.events.map((event) => event.seq)).toEqual(upTo(seq));
  });

  it('more than 100,000 events behind what happens is let go at once', async () => {
    const { taskId, fill } = await newLog();
    const viewer = await watchMany(taskId, '', { isSilent: true });
    const replaying = await watchMany(taskId, '?after=0', { isSilent: true });
    await fill(10, 10, { chars: 65_000 });
    await eventually(() => isFull(viewer)).toBe(true);
    await fill(100, 1_000);
    expect(viewer.socket.readyState).toBe(WebSocket.OPEN);
    await fill(1, 1_000);
    expect(await viewer.closed).toEqual(TOO_SLOW);
    replaying.socket.close(1000);
  });
});

describe('a plain viewer', () => {
  stopTheClock();

  it('60 s behind what happens is let go', async () => {
    const { taskId, fill } = await newLog();
    const viewer = await watch(taskId);
    await fill(6, 500);
    await eventually(() => viewer.raw.length).toBeGreaterThan(2_000);
    later(60_001);
    expect(await viewer.closed).toEqual(TOO_SLOW);
    const last = viewer.frames().at(-1)?.seq ?? 0;
    const again = await watch(taskId, `?after=${last}`);
    const { seq } = await getTask(taskId);
    await eventually(() => again.frames().at(-1)?.seq).toBe(seq);
  });

  it('is not let go for what is old in its replay', async () => {
    const { taskId, fill } = await newLog();
    await fill(10, 500);
    const { seq } = await getTask(taskId);
    later(3_600_000);
    const viewer = await watch(taskId, '?after=0');
    await expect
      .poll(
        () => {
          later(500);
          return viewer.frames().at(-1)?.seq;
        },
        { timeout: 10_000, interval: 50 },
      )
      .toBe(seq);
    expect(viewer.socket.readyState).toBe(WebSocket.OPEN);
    viewer.socket.close(1000);
  });
});

describe('an object that is watched', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('has no timer while its viewers are live, or wait for themselves', async () => {
    const taskId = await newFullTask();
    const ended = await newDoneTask();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const stuck = await watchMany(taskId, '?after=0', { isSilent: true });
    await eventually(() => isFull(stuck)).toBe(true);
    for (const id of [taskId, ended]) {
      for (const viewer of [await watchMany(id), await watch(id)]) {
        await eventually(() => viewer.raw.length).toBe(1);
      }
    }
    await send(`/tasks/${ended}/log`, { message: 'x' });
    await eventually(() => vi.getTimerCount()).toBe(0);
  });

  it('has an alarm for one who is stuck, and none for those who are not', async () => {
    const taskId = await newTask();
    const viewer = await watchMany(taskId);
    await send(`/tasks/${taskId}/cancel`);
    await eventually(() => viewer.events.length).toBe(1);
    await eventually(() => alarmOf(taskId)).toBe(null);
    const full = await newFullTask();
    const stuck = await watchMany(full, '?after=0', { isSilent: true });
    await eventually(() => isFull(stuck)).toBe(true);
    const soon = async () => ((await alarmOf(full)) ?? Infinity) - Date.now() <= 60_000;
    await eventually(soon).toBe(true);
  });
});
