// Watching a task: replay, then live, each event once and in order, whatever happens to the object.

import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { ask, refusalOf } from './ask.ts';
import {
  allEvents,
  claimOne,
  eventually,
  getTask,
  logBatch,
  newProject,
  newTask,
  newTestRunner,
  send,
  taskStub,
  watch,
} from './world.ts';

const UPGRADE = { Upgrade: 'websocket' };
const MANY = { 'Sec-WebSocket-Protocol': 'sluice.stream.v1' };
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const log = (taskId: string, message: string) => send(`/tasks/${taskId}/log`, { message });

async function newHolder() {
  const projectId = await newProject();
  const taskId = await newTask({ projectId });
  return { taskId, holder: await claimOne(await newTestRunner(projectId)) };
}

type Viewer = Awaited<ReturnType<typeof watch>>;
/** The events a viewer has had, without the frame that tells the state. */
const seqsOf = ({ frames }: Viewer) =>
  frames()
    .slice(1)
    .map(({ seq }) => seq);
const sse = (taskId: string, query: string, headers: Record<string, string> = {}) =>
  ask(`/tasks/${taskId}/events?${query}`, { headers: { Accept: 'text/event-stream', ...headers } });

interface Many {
  t: string;
  from: number;
  events: { seq: number }[];
}
const manyOf = ({ raw }: Viewer): Many[] => raw.slice(1).map((text) => JSON.parse(text) as Many);

describe('a socket', () => {
  it('begins with the state, and without a cursor goes on with what happens', async () => {
    const taskId = await newTask();
    await log(taskId, 'before');
    const viewer = await watch(taskId);
    await log(taskId, 'after');
    await eventually(() => viewer.frames().length).toBe(2);
    const [state, event] = viewer.frames();
    expect(state).toMatchObject({ type: 'task:state', taskId, seq: 3, data: { seq: 3 } });
    expect(event).toMatchObject({ type: 'log:entry', seq: 4 });
  });

  it.each([0, 1, 3])('with after=%i replays from there and then is live', async (after) => {
    const taskId = await newTask();
    await log(taskId, 'one');
    const viewer = await watch(taskId, `?after=${after}`);
    await log(taskId, 'two');
    await eventually(() => seqsOf(viewer)).toEqual(upTo(4, after + 1));
    expect(viewer.raw.slice(1)).toEqual(
      (await allEvents(taskId)).slice(after).map((event) => JSON.stringify(event)),
    );
  });

  it('outlives an eviction of the object, and has the next event', async () => {
    const taskId = await newTask();
    const viewers = [await watch(taskId), await watch(taskId, '?after=0', MANY)];
    await eventually(() => viewers.map(({ raw }) => raw.length)).toEqual([1, 2]);
    for (const round of [1, 2, 3]) {
      await evictDurableObject(taskStub(taskId));
      await log(taskId, `round ${round}`);
    }
    const [single, many] = viewers as [Viewer, Viewer];
    await eventually(() => seqsOf(single)).toEqual([3, 4, 5]);
    await eventually(() =>
      manyOf(many).flatMap(({ events }) => events.map(({ seq }) => seq)),
    ).toEqual([1, 2, 3, 4, 5]);
  });

  it('in the midst of its replay outlives an eviction too, without a gap or a repeat', async () => {
    const { taskId, holder } = await newHolder();
    for (const first of [1, 1_001, 2_001]) await holder.events(logBatch(first, 1_000));
    const viewer = await watch(taskId, '?after=0');
    await evictDurableObject(taskStub(taskId));
    await log(taskId, 'live');
    const { seq } = await getTask(taskId);
    await eventually(() => seqsOf(viewer).at(-1)).toBe(seq);
    expect(seqsOf(viewer)).toEqual(upTo(seq));
  });

  it('is not opened with a cursor ahead of the log, or one that is no number', async () => {
    const taskId = await newTask();
    for (const after of ['3', '999999', '-1', '1.5', 'x', '', '9'.repeat(30)]) {
      const answer = await ask(`/stream/${taskId}?after=${after}`, { headers: UPGRADE });
      expect(await refusalOf(answer)).toEqual([400, 'invalid_request']);
    }
  });

  it('asks for an upgrade first', async () => {
    const answer = await ask(`/stream/${await newTask()}`);
    expect(await refusalOf(answer)).toEqual([426, 'upgrade_required']);
  });

  it('with until=end closes 1000 after the end, and at once where it has come', async () => {
    const taskId = await newTask();
    const viewer = await watch(taskId, '?until=end');
    const stays = await watch(taskId);
    await send(`/tasks/${taskId}/cancel`);
    expect(await viewer.closed).toMatchObject({ code: 1000 });
    expect(viewer.frames().at(-1)).toMatchObject({ type: 'task:cancelled' });
    const late = await watch(taskId, '?after=0&until=end');
    expect(await late.closed).toMatchObject({ code: 1000 });
    expect(seqsOf(late)).toEqual([1, 2, 3]);
    await send(`/tasks/${taskId}/retry`);
    await eventually(() => stays.frames().at(-1)?.type).toBe('task:queued');
  });

  it('that wants frames of many gets at most 500 events in each', async () => {
    const { taskId, holder } = await newHolder();
    await holder.events(logBatch(1, 1_000));
    const answer = await ask(`/stream/${taskId}?after=0`, { headers: { ...UPGRADE, ...MANY } });
    expect(answer.headers.get('Sec-WebSocket-Protocol')).toBe('sluice.stream.v1');
    answer.webSocket?.accept();
    const viewer = await watch(taskId, '?after=0', MANY);
    await holder.events(logBatch(1_001, 1_000));
    const { seq } = await getTask(taskId);
    await eventually(() => manyOf(viewer).at(-1)?.events.at(-1)?.seq).toBe(seq);
    let from = 1;
    for (const frame of manyOf(viewer)) {
      expect([frame.t, frame.from, frame.events[0]?.seq]).toEqual(['events', from, from]);
      expect(frame.events.length).toBeLessThanOrEqual(500);
      from += frame.events.length;
    }
    expect(from).toBe(seq + 1);
  });

  it('that is one too many is closed 4429, and the thousand others go on', async () => {
    const taskId = await newTask();
    const viewers = await Promise.all(Array.from({ length: 1_000 }, () => watch(taskId)));
    const refused = await watch(taskId);
    expect(await refused.closed).toMatchObject({ code: 4429 });
    await log(taskId, 'hello');
    await eventually(() => viewers.every((viewer) => seqsOf(viewer).includes(3))).toBe(true);
    for (const { socket } of viewers) socket.close(1000);
  });
});

describe('server-sent events and long-poll', () => {
  it('carry the very bytes of the socket', async () => {
    const taskId = await newTask({ description: 'Zeilen\u2028\u0085und "Zeichen" 🙂' });
    await log(taskId, 'a\nb\r\nc');
    await send(`/tasks/${taskId}/cancel`);
    const viewer = await watch(taskId, '?after=0&until=end');
    await viewer.closed;
    const text = await (await sse(taskId, 'after=0&until=end')).text();
    const data = [...text.matchAll(/^data: ([^\n]*)\n/gm)].map((match) => match[1]);
    expect(data.slice(1, -1)).toEqual(viewer.raw.slice(1));
    const page = await (await ask(`/tasks/${taskId}/events?after=0`)).text();
    expect(page).toContain(`"events":[${viewer.raw.slice(1).join(',')}]`);
  });

  it('an event stream says the end, and a reconnect there is 204', async () => {
    const taskId = await newTask();
    const stream = sse(taskId, 'after=0&until=end');
    await send(`/tasks/${taskId}/cancel`);
    const text = await (await stream).text();
    expect(text.endsWith('event: end\ndata: {}\n\n')).toBe(true);
    expect(text.startsWith('event: task:state\ndata: ')).toBe(true);
    const { seq } = await getTask(taskId);
    expect((await sse(taskId, `after=${seq}&until=end`)).status).toBe(204);
  });

  it('Last-Event-ID wins over after', async () => {
    const taskId = await newTask();
    await send(`/tasks/${taskId}/cancel`);
    const answer = await sse(taskId, 'after=0&until=end', { 'Last-Event-ID': '2' });
    const ids = [...(await answer.text()).matchAll(/^id: (\d+)$/gm)].map((match) => match[1]);
    expect(ids).toEqual(['3']);
    const ahead = await sse(taskId, 'after=0', { 'Last-Event-ID': '4' });
    expect(await refusalOf(ahead)).toEqual([400, 'invalid_request']);
  });

  it('a long-poll answers as soon as there is an event, and says where the end is', async () => {
    const taskId = await newTask();
    const began = Date.now();
    const waiting = ask(`/tasks/${taskId}/events?after=2&wait=30`);
    await send(`/tasks/${taskId}/cancel`);
    const body: { events: { type: string }[] } = await (await waiting).json();
    expect(Date.now() - began).toBeLessThan(5_000);
    expect(body).toMatchObject({ count: 1, last: 3, head: 3, end: true });
    expect(body.events.map(({ type }) => type)).toEqual(['task:cancelled']);
    for (const query of ['after=4', 'after=x', 'limit=0', 'limit=1001', 'wait=31', 'wait=-1']) {
      expect((await ask(`/tasks/${taskId}/events?${query}`)).status).toBe(400);
    }
  });
});

describe('an idle object', () => {
  it('has no alarm once everybody has been told, with and without viewers', async () => {
    const taskId = await newTask();
    await watch(taskId);
    for (const act of [
      () => send(`/tasks/${taskId}/pause`),
      () => send(`/tasks/${taskId}/resume`),
      () => send(`/tasks/${taskId}/cancel`),
    ]) {
      await act();
      const alarm = () =>
        runInDurableObject(taskStub(taskId), (_object, { storage }) => storage.getAlarm());
      await eventually(alarm).toBe(null);
    }
  });
});
