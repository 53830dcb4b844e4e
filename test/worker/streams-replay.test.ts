// A stream of a large log: all of it at any reading speed, held nowhere, and live from its end on.

import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';
import { newLog } from './log-world.ts';
import { watchMany } from './viewer-world.ts';
import {
  claimOne,
  eventually,
  getTask,
  newProject,
  newTask,
  newTestRunner,
  send,
  taskStub,
} from './world.ts';

const LARGE = 65_000;
const log = (taskId: string, message: string) => send(`/tasks/${taskId}/log`, { message });
const sse = (taskId: string, query = '', init: RequestInit = {}) =>
  ask(`/tasks/${taskId}/events?${query}`, { headers: { Accept: 'text/event-stream' }, ...init });
const idsOf = (text: string) =>
  [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const socketsOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), (_object, ctx) => ctx.getWebSockets().length);

/** A task with a hundred logs of 65 kB. */
async function newLargeTask(text = 'x') {
  const projectId = await newProject();
  const taskId = await newTask({ projectId });
  const holder = await claimOne(await newTestRunner(projectId));
  const message = text.repeat(Math.floor(LARGE / new TextEncoder().encode(text).byteLength));
  for (let first = 1; first <= 100; first += 10) {
    const events = upTo(first + 9, first).map((n) => ({
      n,
      type: 'log:entry',
      data: { message: `${n} ${message}` },
    }));
    expect((await holder.events(events)).status).toBe(200);
  }
  return taskId;
}

/** Reads until the newest of what came `isDone`, with a pause now and then; gives all that came. */
async function readUntil(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  isDone: (tail: string) => boolean,
  pauseMs = 0,
): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  for (let tail = ''; !isDone(tail); tail = tail.slice(-100) + parts.at(-1)) {
    if (pauseMs > 0 && parts.length % 100 === 0) await scheduler.wait(pauseMs);
    const { value, done } = await reader.read();
    if (done) break;
    parts.push(decoder.decode(value, { stream: true }));
  }
  return parts.join('');
}

function readerOf(answer: Response): ReadableStreamDefaultReader<Uint8Array> {
  const { body } = answer;
  if (body === null) throw new Error(`No stream, but ${answer.status}`);
  return body.getReader();
}

describe('server-sent events of a large log', () => {
  it.each([0, 20])('are all of it, also when read with pauses of %i ms', async (pauseMs) => {
    const taskId = await newLargeTask();
    await send(`/tasks/${taskId}/cancel`);
    const { seq } = await getTask(taskId);
    const reader = readerOf(await sse(taskId, 'after=0&until=end'));
    const text = await readUntil(reader, () => false, pauseMs);
    expect(idsOf(text)).toEqual(upTo(seq));
    expect(text.endsWith('event: end\ndata: {}\n\n')).toBe(true);
    const [, state = ''] = /^event: task:state\ndata: (.*)\n\n/.exec(text) ?? [];
    expect(JSON.parse(state)).toMatchObject({ type: 'task:state', taskId, seq, data: { seq } });
  });

  it('go on with what happens while they are read, each event once', async () => {
    const taskId = await newLargeTask();
    const { seq } = await getTask(taskId);
    const reader = readerOf(await sse(taskId, 'after=0'));
    let text = await readUntil(reader, (tail) => /^id: 30$/m.test(tail));
    for (const word of ['one', 'two', 'three']) await log(taskId, word);
    text += await readUntil(reader, (tail) => tail.includes('"three"'));
    await eventually(() => socketsOf(taskId)).toBe(1);
    await log(taskId, 'four');
    text += await readUntil(reader, (tail) => tail.includes('"four"'));
    expect(idsOf(text)).toEqual(upTo(seq + 4));
    expect(text.match(/^event: task:state$/gm)).toHaveLength(1);
    await reader.cancel();
    await eventually(() => socketsOf(taskId)).toBe(0);
  });

  it('open no socket before their reader has come to the end of the log', async () => {
    const taskId = await newLargeTask();
    const reader = readerOf(await sse(taskId, 'after=0'));
    await readUntil(reader, (tail) => /^id: 10$/m.test(tail));
    expect(await socketsOf(taskId)).toBe(0);
    await reader.cancel();
  });
});

describe('server-sent events to a slow reader', () => {
  it('wait in the log, hold up nobody, and all come in the end', async () => {
    const { taskId, fill } = await newLog();
    const { seq: before } = await getTask(taskId);
    const slow = readerOf(await sse(taskId, `after=${before}`));
    await readUntil(slow, (tail) => tail.includes('event: task:state'));
    const waiting = readUntil(slow, (tail) => /^id: \d+$/m.test(tail));
    await eventually(() => socketsOf(taskId)).toBe(1);
    const other = await watchMany(taskId);
    await fill(12, 10, { chars: 65_000 });
    const { seq } = await getTask(taskId);
    await eventually(() => other.events.at(-1)?.seq).toBe(seq);
    await send(`/tasks/${taskId}/log`, { message: 'the end' });
    const text = (await waiting) + (await readUntil(slow, (tail) => tail.includes('"the end"')));
    expect(idsOf(text)).toEqual(upTo(seq + 1, before + 1));
    await slow.cancel();
    other.socket.close(1000);
  });
});

describe('a HEAD of a stream', () => {
  it('says what it would be and opens none', async () => {
    const taskId = await newTask();
    const answer = await sse(taskId, 'after=0', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    expect(await answer.text()).toBe('');
    expect(await socketsOf(taskId)).toBe(0);
    expect((await sse(taskId, 'after=999', { method: 'HEAD' })).status).toBe(400);
  });
});

describe('frames of many', () => {
  it.each(['x', 'ü'])('hold at most 1 MB of %s each, and every event once', async (text) => {
    const taskId = await newLargeTask(text);
    const { seq } = await getTask(taskId);
    const { raw, events } = await watchMany(taskId, '?after=0');
    await eventually(() => events.at(-1)?.seq).toBe(seq);
    expect(events.map((event) => event.seq)).toEqual(upTo(seq));
    const bytes = raw.slice(1).map((frame) => new TextEncoder().encode(frame).byteLength);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(1_000_000);
    expect(raw.length).toBeLessThan(20);
  });
});
