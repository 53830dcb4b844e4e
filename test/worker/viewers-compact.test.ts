// Log lines in short: for who draws a hundred thousand of them.

import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';
import { newLog, upTo } from './log-world.ts';
import { type Seen, watchMany } from './viewer-world.ts';
import { eventually, getTask, taskStub } from './world.ts';

const LINES_MAX = 1_000;
const BYTES_MAX = 256_000;

interface Line {
  readonly seq: number;
  readonly level?: string;
  readonly message?: string;
}

/** What a reader of whole events and one of short lines can both say of a line. */
const line = ({ seq, data }: Seen): Line => ({ seq, ...data });
const seqsOf = (viewer: { readonly events: readonly Seen[] }) =>
  viewer.events.map(({ seq }) => seq);
const framesOf = ({ raw }: { readonly raw: readonly string[] }) =>
  raw.slice(1).map((text) => ({
    bytes: new TextEncoder().encode(text).byteLength,
    ...(JSON.parse(text) as { t: string; from: number; entries?: unknown[]; events?: Seen[] }),
  }));

describe('a viewer of log lines in short', () => {
  it('has every event once and in order, of a replay and live, and what a line says is the same', async () => {
    const { taskId, fill, note, say } = await newLog();
    await fill(3, 700);
    await note();
    await say([
      {
        level: 'warn',
        message: 'in a stage',
        stage: 'Plan',
        agent: 'builder',
        at: '2026-01-02T03:04:05.678Z',
      },
      { level: 'error', message: 'with more to say', metadata: { exit: 1 } },
      { level: 'debug', message: 'ü'.repeat(300) },
    ]);
    const short = await watchMany(taskId, '?after=0&logs=compact');
    const whole = await watchMany(taskId, '?after=0');
    await fill(2, 30);
    const { seq } = await getTask(taskId);
    await eventually(() => seqsOf(short)).toEqual(upTo(seq));
    await eventually(() => seqsOf(whole)).toEqual(upTo(seq));
    const isShort = new Set(
      framesOf(short).flatMap(({ t, from, entries = [] }) =>
        t === 'logs' ? entries.map((_, index) => from + index) : [],
      ),
    );
    for (const [index, event] of whole.events.entries()) {
      const seen = short.events[index];
      if (seen === undefined) throw new Error(`Event ${event.seq} is missing`);
      const {
        metadata,
        at = event.timestamp,
        ...data
      } = { ...event.data } as Record<string, unknown>;
      expect(isShort.has(event.seq)).toBe(event.type === 'log:entry' && metadata === undefined);
      if (!isShort.has(event.seq)) expect(seen).toEqual(event);
      else
        expect({ ...line(seen), at: seen.timestamp }).toEqual({
          ...{ seq: event.seq, stage: '', agent: '', ...data, at },
        });
    }
  });

  it('is sent frames of at most 1,000 lines and 256 kB', async () => {
    const { taskId, fill } = await newLog();
    await fill(3, 1_000);
    await fill(3, 200, { chars: 4_000 });
    const viewer = await watchMany(taskId, '?after=0&logs=compact');
    const { seq } = await getTask(taskId);
    await eventually(() => seqsOf(viewer)).toEqual(upTo(seq));
    const frames = framesOf(viewer).filter(({ t }) => t === 'logs');
    expect(Math.max(...frames.map(({ entries = [] }) => entries.length))).toBe(LINES_MAX);
    expect(Math.max(...frames.map(({ bytes }) => bytes))).toBeGreaterThan(BYTES_MAX - 10_000);
    for (const { bytes } of frames) expect(bytes).toBeLessThanOrEqual(BYTES_MAX);
  });

  it('comes back with its cursor in the middle of a frame, and after the object has slept', async () => {
    const { taskId, fill, write } = await newLog();
    await fill(1, 100);
    const viewer = await watchMany(taskId, '?after=40&logs=compact');
    await evictDurableObject(taskStub(taskId));
    await write(3);
    const { seq } = await getTask(taskId);
    await eventually(() => seqsOf(viewer)).toEqual(upTo(seq, 41));
    expect(framesOf(viewer).at(-1)).toMatchObject({ t: 'logs', from: seq - 2 });
  });

  it('is one of frames of many: without the protocol the word changes nothing, and another is refused', async () => {
    const { taskId, write } = await newLog();
    await write(2);
    const { webSocket: socket } = await ask(`/stream/${taskId}?after=0&logs=compact`, {
      headers: { Upgrade: 'websocket' },
    });
    const raw: string[] = [];
    socket?.addEventListener('message', ({ data }) => {
      raw.push(String(data));
    });
    socket?.accept();
    const { seq } = await getTask(taskId);
    await eventually(() => raw.length).toBe(seq + 1);
    expect(JSON.parse(raw.at(-1) ?? '')).toMatchObject({ type: 'log:entry', seq });
    const refused = await ask(`/stream/${taskId}?logs=short`, {
      headers: { Upgrade: 'websocket' },
    });
    expect(refused.status).toBe(400);
  });
});
