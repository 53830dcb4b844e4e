// What was told goes 90 days after the end of its task, by the alarm, in steps.

import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { later, ring, stopTheClock } from './leased-world.ts';
import { evict, sizeOf } from './log-rows.ts';
import { newLog } from './log-world.ts';
import { eventually, getTask, read, send, taskStub } from './world.ts';

const DAY_MS = 86_400_000;

interface Page {
  readonly events: readonly { readonly type: string }[];
  readonly last: number;
  readonly end?: true;
}

describe('an ended task', () => {
  stopTheClock();
  const alarmOf = (taskId: string) =>
    runInDurableObject(taskStub(taskId), (_object, { storage }) => storage.getAlarm());

  it('loses its bodies 90 days after its end, by the alarm, though it slept', async () => {
    const { taskId, fill } = await newLog();
    await fill(3, 10);
    await send(`/tasks/${taskId}/cancel`);
    const endedAt = Date.now();
    const before = await getTask(taskId);
    await eventually(() => alarmOf(taskId)).toBe(endedAt + 90 * DAY_MS);
    await evict(taskId);
    later(90 * DAY_MS - 1);
    await ring(taskId);
    expect(await sizeOf(taskId)).toBeGreaterThan(0);
    await evict(taskId);
    later(1);
    await ring(taskId);
    expect(await sizeOf(taskId)).toBe(0);
    expect(await getTask(taskId)).toEqual({ ...before, logs: [] });
    expect((await read(`/tasks/${taskId}/logs`)).body).toEqual({ logs: [], count: 0, next: null });
    expect(await alarmOf(taskId)).toBe(null);
    const { events, last, end } = (await read<Page>(`/tasks/${taskId}/events?limit=1000`)).body;
    expect(events.filter(({ type }) => type === 'stream:gap')).toHaveLength(1);
    expect([last, end]).toEqual([before.seq, true]);
  });

  it('loses a long log in steps', async () => {
    const { taskId, fill } = await newLog();
    await fill(1_010, 1);
    await send(`/tasks/${taskId}/cancel`);
    later(90 * DAY_MS);
    await ring(taskId);
    const left = await sizeOf(taskId);
    expect(left).toBeGreaterThan(0);
    expect(await alarmOf(taskId)).toBe(Date.now() + 1_000);
    await ring(taskId);
    expect(await sizeOf(taskId)).toBe(0);
    expect(await alarmOf(taskId)).toBe(null);
  });

  it('that is tried again keeps them, and so does one that told nothing', async () => {
    const { taskId, fill } = await newLog();
    await fill(1, 10);
    await send(`/tasks/${taskId}/cancel`);
    await send(`/tasks/${taskId}/retry`);
    later(91 * DAY_MS);
    await ring(taskId);
    expect(await sizeOf(taskId)).toBeGreaterThan(0);
    const silent = await newLog();
    await send(`/tasks/${silent.taskId}/cancel`);
    await eventually(() => alarmOf(silent.taskId)).toBe(null);
  });
});
