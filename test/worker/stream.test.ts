import { describe, expect, it } from 'vitest';
import type { Page } from '../../src/actions/events.ts';
import { newTaskId } from '../../src/auth/id.ts';
import { formatEvent, openEventStream } from '../../src/routes/sse.ts';
import { ask, askRequired, refusalOf } from './ask.ts';
import { eventually } from './world.ts';

const UPGRADE = { Upgrade: 'websocket' };
const unknown = newTaskId(Date.now());

function closing(answer: Response): Promise<{ code: number; reason: string }> {
  const { webSocket } = answer;
  if (!webSocket) throw new Error(`No socket, but ${answer.status}`);
  return new Promise((resolve) => {
    webSocket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
    webSocket.accept();
  });
}

describe('streams', () => {
  it('without an upgrade is 426', async () => {
    const answer = await ask(`/stream/${unknown}`);
    expect(await refusalOf(answer)).toEqual([426, 'upgrade_required']);
  });

  it('a cursor that is no whole number is 400 before the upgrade', async () => {
    for (const after of ['x', '-1', '1.5', '']) {
      const answer = await ask(`/stream/${unknown}?after=${after}`, { headers: UPGRADE });
      expect(await refusalOf(answer)).toEqual([400, 'invalid_request']);
    }
  });

  it('a foreign page is refused before the upgrade', async () => {
    const headers = { ...UPGRADE, Origin: 'https://evil.test' };
    const answer = await ask(`/stream/${unknown}`, { headers });
    expect(await refusalOf(answer)).toEqual([403, 'forbidden_origin']);
  });

  it('an unknown task opens and closes with 4404', async () => {
    const answer = await ask(`/stream/${unknown}`, { headers: UPGRADE });
    expect(answer.headers.get('X-Request-ID')).toMatch(/^req_/);
    expect(await closing(answer)).toEqual({ code: 4404, reason: 'Task not found' });
  });

  it('required mode opens and closes with 4401', async () => {
    const answer = await askRequired(`/stream/${unknown}`, { headers: UPGRADE });
    expect(await closing(answer)).toMatchObject({ code: 4401 });
  });

  it('events of an unknown task are 404, as a page and as a stream', async () => {
    for (const Accept of ['application/json', 'text/event-stream']) {
      const answer = await ask(`/tasks/${unknown}/events`, { headers: { Accept } });
      expect(await refusalOf(answer)).toEqual([404, 'not_found']);
    }
  });

  it('a Last-Event-ID that is no whole number is 400', async () => {
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': 'x' };
    const answer = await ask(`/tasks/${unknown}/events`, { headers });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ path: '^Last-Event-ID' }] });
  });
});

describe('one frame as a server-sent event', () => {
  it('carries its seq as the id', () => {
    const frame = '{"type":"log:entry","seq":4}';
    expect(formatEvent(frame)).toBe(`id: 4\nevent: log:entry\ndata: ${frame}\n\n`);
  });

  it('task:state is no event of the log and has no id', () => {
    const frame = '{"type":"task:state","seq":4}';
    expect(formatEvent(frame)).toBe(`event: task:state\ndata: ${frame}\n\n`);
  });

  it('a frame of many lines stays one event', () => {
    const frame = '{\n"type":"a",\r\n"seq":1}';
    expect(formatEvent(frame)).toBe(
      'id: 1\nevent: a\ndata: {\ndata: "type":"a",\ndata: "seq":1}\n\n',
    );
  });

  it.each(['pong', '', '[]', 'null', '{"seq":1}'])('%j is no event', (frame) => {
    expect(formatEvent(frame)).toBe(null);
  });
});

describe('a stream over a socket', () => {
  const event = (seq: number, data = '') => ({ type: 'log:entry', taskId: 'task_x', seq, data });
  const many = (...events: { seq: number }[]) =>
    JSON.stringify({ t: 'events', from: events[0]?.seq, events });
  const state = JSON.stringify({ type: 'task:state', taskId: 'task_x', seq: 1 });

  function pair() {
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    return { server, answer: new Response(null, { status: 101, webSocket: client }) };
  }

  const empty = { events: [], count: 0, last: 1, head: 1 };
  const over = (answer: Response, untilEnd: boolean): Response =>
    openEventStream({
      ...{ state, first: empty, untilEnd },
      readAfter: () => Promise.resolve(empty),
      openAfter: () => Promise.resolve(answer),
    });

  it('gives the frames in order, then says the end and closes', async () => {
    const { server, answer } = pair();
    const events = over(answer, true);
    expect(events.headers.get('Content-Type')).toBe('text/event-stream; charset=utf-8');
    for (const text of [state, many(event(2)), 'pong', many(event(3), event(4))]) {
      server.send(text);
    }
    server.close(1000, 'The task has ended');
    const frames = [2, 3, 4].map((seq) => JSON.stringify(event(seq)));
    expect(await events.text()).toBe(
      [state, ...frames].map((text) => formatEvent(text) ?? '').join('') +
        'event: end\ndata: {}\n\n',
    );
  });

  it('ends without that word where more may follow, so that the client comes back', async () => {
    for (const [code, untilEnd] of [
      [4410, true],
      [1000, false],
    ] as const) {
      const { server, answer } = pair();
      const events = over(answer, untilEnd);
      server.send(state);
      server.close(code, 'x');
      expect(await events.text()).toBe(formatEvent(state));
    }
  });

  it('closes the socket when the reader has gone', async () => {
    const { server, answer } = pair();
    const closed = new Promise<number>((resolve) => {
      server.addEventListener('close', ({ code }) => resolve(code));
    });
    const reader = over(answer, false).body?.getReader();
    server.send(state);
    await reader?.read();
    await reader?.cancel();
    expect(await closed).toBe(1000);
  });

  it('acknowledges what its reader has taken, and nothing else', async () => {
    const { server, answer } = pair();
    const acks: unknown[] = [];
    server.addEventListener('message', ({ data }) => acks.push(JSON.parse(String(data))));
    const reader = over(answer, false).body?.getReader();
    await reader?.read();
    const first = reader?.read();
    for (const seq of [2, 3, 4]) server.send(many(event(seq, 'x'.repeat(524_288))));
    await first;
    await eventually(() => acks).toEqual([{ t: 'ack', seq: 2 }]);
    await reader?.read();
    await eventually(() => acks).toEqual([2, 3].map((seq) => ({ t: 'ack', seq })));
    await reader?.cancel();
  });

  it('gives what comes next to a reader who waits since before it was live', async () => {
    const { server, answer } = pair();
    const large = { ...event(1, 'x'.repeat(100_000)), timestamp: '' } as unknown;
    const first = { events: [large], count: 1, last: 1, head: 1 } as Page;
    const reader = openEventStream({
      ...{ state, first, untilEnd: false },
      readAfter: () => Promise.resolve(empty),
      openAfter: () => Promise.resolve(answer),
    }).body?.getReader();
    await reader?.read();
    const next = reader?.read();
    server.send(many(event(2)));
    const text = new TextDecoder().decode((await next)?.value);
    expect(text).toBe(formatEvent(JSON.stringify(event(2))));
    await reader?.cancel();
  });

  it('acknowledges a thousand small events at once', async () => {
    const { server, answer } = pair();
    const acks: unknown[] = [];
    server.addEventListener('message', ({ data }) => acks.push(JSON.parse(String(data))));
    const reader = over(answer, false).body?.getReader();
    await reader?.read();
    for (const first of [2, 502, 1_002]) {
      server.send(many(...Array.from({ length: 500 }, (_, index) => event(first + index))));
      await reader?.read();
    }
    await eventually(() => acks).toEqual([{ t: 'ack', seq: 1_001 }]);
    await reader?.cancel();
  });

  it('ends where no socket can be had, so that the client comes back', async () => {
    const refusal = new Response('{}', { status: 400 });
    expect(await over(refusal, true).text()).toBe(formatEvent(state));
  });
});
