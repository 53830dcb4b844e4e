// A stream that is idle, one that nobody reads, and one whose reader has gone: no timer and no socket is left.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Page } from '../../src/actions/events.ts';
import { type EventSource, openEventStream } from '../../src/routes/sse.ts';

const state = JSON.stringify({ type: 'task:state', taskId: 'task_x', seq: 1 });
const empty: Page = { events: [], count: 0, last: 1, head: 1 };

function newSource(changes: Partial<EventSource> = {}) {
  const { 0: client, 1: server } = new WebSocketPair();
  server.accept();
  const closed = new Promise<string>((resolve) => {
    server.addEventListener('close', ({ reason }) => resolve(reason));
  });
  const answer = new Response(null, { status: 101, webSocket: client });
  const source: EventSource = {
    ...{ state, first: empty, untilEnd: false },
    readAfter: () => Promise.resolve(empty),
    openAfter: () => Promise.resolve(answer),
    ...changes,
  };
  return { source, server, answer, closed };
}

function readerOf(source: EventSource) {
  const { body } = openEventStream(source);
  if (body === null) throw new Error('No stream.');
  const reader = body.getReader();
  const next = async () => new TextDecoder().decode((await reader.read()).value);
  return { reader, next };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('an event stream', () => {
  it('comments every 15 s while nothing happens', async () => {
    const { reader, next } = readerOf(newSource().source);
    expect(await next()).toMatch(/^event: task:state\n/);
    for (let count = 0; count < 2; count++) {
      const comment = next();
      await vi.advanceTimersByTimeAsync(15_000);
      expect(await comment).toBe(':\n\n');
    }
    await reader.cancel();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that nobody reads has no timer and no socket', async () => {
    const openAfter = vi.fn<EventSource['openAfter']>();
    const { body } = openEventStream(newSource({ openAfter }).source);
    expect(vi.getTimerCount()).toBe(0);
    await body?.cancel();
    expect([vi.getTimerCount(), openAfter.mock.calls]).toEqual([0, []]);
  });

  it('whose reader goes while the socket opens closes it', async () => {
    const opening = Promise.withResolvers<Response>();
    const { source, answer, closed } = newSource({ openAfter: () => opening.promise });
    const { reader, next } = readerOf(source);
    await next();
    void reader.read();
    await reader.cancel();
    opening.resolve(answer);
    expect(await closed).toBe('The reader has gone');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends where a page cannot be had, so that the client comes back', async () => {
    const readAfter = () => Promise.reject(new Error('The object has restarted.'));
    const event = { type: 'task:paused', seq: 1 } as unknown as Page['events'][number];
    const first: Page = { events: [event], count: 1, last: 1, head: 2 };
    const text = await openEventStream(newSource({ first, readAfter }).source).text();
    expect(text).toContain('id: 1\n');
    expect(text).not.toContain('event: end');
    expect(vi.getTimerCount()).toBe(0);
  });
});
