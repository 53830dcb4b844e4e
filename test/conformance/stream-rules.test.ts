// The rules of §10 that hold for every way to follow a task: the cursor, the end, what is refused.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import { ask, askRequired, bearer } from '../worker/ask.ts';
import { newLeasedWorld } from '../worker/leased-world.ts';
import {
  allEvents,
  eventually,
  getTask,
  newDoneTask,
  newProject,
  newTask,
  read,
  report,
  send,
  watch,
} from '../worker/world.ts';
import { viewer } from './sockets.ts';

const UPGRADE = { Upgrade: 'websocket' };
const unknown = newTaskId(Date.now());
const log = (taskId: string, message: string) => send(`/tasks/${taskId}/log`, { message });
const sse = (taskId: string, query = '', headers: Record<string, string> = {}) =>
  ask(`/tasks/${taskId}/events${query}`, { headers: { Accept: 'text/event-stream', ...headers } });

interface SentEvent {
  readonly id: number | undefined;
  readonly type: string;
  readonly data: unknown;
}

/** The events of a stream that has ended. */
const parseSse = (text: string): SentEvent[] =>
  text
    .split('\n\n')
    .filter((block) => block.includes('event: '))
    .map((block) => ({
      id: /^id: (\d+)$/m.test(block) ? Number(/^id: (\d+)$/m.exec(block)?.[1]) : undefined,
      type: /^event: (.+)$/m.exec(block)?.[1] ?? '',
      data: JSON.parse(/^data: (.+)$/m.exec(block)?.[1] ?? 'null'),
    }));

/** A task that has ended, with a few events. */
async function newStory(): Promise<string> {
  const taskId = await newTask();
  for (const message of ['one', 'two', 'three']) await log(taskId, message);
  await report(taskId, { status: 'in-progress' });
  await report(taskId, { status: 'completed' });
  return taskId;
}

describe('the cursor', () => {
  it('?after=N is the state, then N+1 … in order, then what happens, each once', async () => {
    const taskId = await newTask();
    for (const message of ['one', 'two', 'three']) await log(taskId, message);
    const { seq } = await getTask(taskId);
    for (const after of [0, 1, 3, seq]) {
      const { frames } = await viewer(taskId, `?after=${after}`);
      await log(taskId, `after ${after}`);
      const head = (await getTask(taskId)).seq;
      await eventually(() => frames().at(-1)?.seq).toBe(head);
      const [state, ...events] = frames();
      expect(state).toMatchObject({ type: 'task:state', taskId });
      expect(events).toEqual((await allEvents(taskId)).slice(after));
    }
  });

  it('without it there are live events only', async () => {
    const taskId = await newStory();
    const { frames } = await viewer(taskId);
    await log(taskId, 'four');
    await eventually(() => frames().length).toBe(2);
    expect(frames()[1]?.seq).toBe((frames()[0]?.seq ?? 0) + 1);
  });

  it('is the same on socket, SSE and long-poll: the same events, byte for byte', async () => {
    const taskId = await newStory();
    const events = await allEvents(taskId);
    for (const after of [0, 2, events.length]) {
      const rest = events.slice(after);
      const { raw } = await viewer(taskId, `?after=${after}`);
      await eventually(() => raw.length).toBe(rest.length + 1);
      expect(raw.slice(1)).toEqual(rest.map((event) => JSON.stringify(event)));
      const page = await read<{ events: unknown[] }>(`/tasks/${taskId}/events?after=${after}`);
      expect(page.body.events).toEqual(rest);
      const answer = await sse(taskId, `?after=${after}&until=end`);
      if (rest.length === 0) {
        expect(answer.status).toBe(204);
        continue;
      }
      const [state, ...sent] = parseSse(await answer.text());
      expect(state).toMatchObject({ id: undefined, type: 'task:state', data: { taskId } });
      expect(sent.slice(0, -1)).toEqual(
        rest.map((event) => ({ id: event.seq, type: event.type, data: event })),
      );
    }
  });

  it('Last-Event-ID wins over after', async () => {
    const taskId = await newStory();
    const { seq } = await getTask(taskId);
    const headers = { 'Last-Event-ID': String(seq - 1) };
    const text = await (await sse(taskId, '?after=0&until=end', headers)).text();
    expect(parseSse(text).map(({ id }) => id)).toEqual([undefined, seq, undefined]);
  });

  it.each(['x', '-1', '1.5', '', '999999', '1e1', ' '])(
    'after=%j is 400 everywhere',
    async (after) => {
      const taskId = await newTask();
      const query = `?after=${encodeURIComponent(after)}`;
      for (const answer of [
        await ask(`/stream/${taskId}${query}`, { headers: UPGRADE }),
        await ask(`/tasks/${taskId}/events${query}`),
        await sse(taskId, query),
      ]) {
        expect(answer.status).toBe(400);
        expect(await answer.json()).toMatchObject({ error: expect.any(String), code: /./ });
      }
    },
  );

  it('wait returns as soon as there is one event, and an empty page when there is none', async () => {
    const taskId = await newTask();
    const { seq } = await getTask(taskId);
    const page = read(`/tasks/${taskId}/events?after=${seq}&wait=30`);
    await log(taskId, 'here');
    expect((await page).body).toMatchObject({
      ...{ count: 1, last: seq + 1, events: [{ type: 'log:entry', seq: seq + 1 }] },
    });
    const empty = await read(`/tasks/${taskId}/events?after=${seq + 1}`);
    expect(empty.body).toMatchObject({ events: [], count: 0, last: seq + 1 });
  });

  it('a wait that is none, or over 30 s, is 400', async () => {
    const taskId = await newTask();
    for (const wait of ['x', '-1', '31', '1.5', '']) {
      expect([wait, (await read(`/tasks/${taskId}/events?wait=${wait}`)).status]).toEqual([
        wait,
        400,
      ]);
    }
  });

  it('limit cuts a page; last is the cursor of the next', async () => {
    const taskId = await newStory();
    const all = await allEvents(taskId);
    expect(await allEvents(taskId, 2)).toEqual(all);
    for (const limit of ['0', '1001', 'x', '-1', '1.5']) {
      expect((await read(`/tasks/${taskId}/events?limit=${limit}`)).status).toBe(400);
    }
  });
});

describe('the end', () => {
  it('a stream stays open after the end, for a retry may follow', async () => {
    const taskId = await newTask();
    const { socket, types } = await viewer(taskId);
    await report(taskId, { status: 'failed', message: 'no luck' });
    await send(`/tasks/${taskId}/retry`);
    await eventually(types).toEqual([
      ...['task:state', 'task:stage-changed', 'task:failed', 'task:retried', 'task:queued'],
    ]);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it.each(['completed', 'failed', 'cancelled'])(
    '?until=end closes with 1000 after %s',
    async (end) => {
      const taskId = await newTask();
      const { closed, frames } = await viewer(taskId, '?until=end');
      await log(taskId, 'on the way');
      await report(taskId, { status: end });
      expect((await closed).code).toBe(1000);
      expect(frames().at(-1)?.type).toBe(`task:${end}`);
    },
  );

  it('?until=end of an ended task gives what there is, and closes', async () => {
    const taskId = await newDoneTask();
    const { closed, frames } = await watch(taskId, '?after=0&until=end');
    expect((await closed).code).toBe(1000);
    expect(frames().slice(1)).toEqual(await allEvents(taskId));
  });

  it('a deleted task says trash:emptied and closes with 4410; an SSE of it ends', async () => {
    const projectId = await newProject();
    const taskId = await newTask({ projectId });
    const { closed, frames } = await viewer(taskId);
    const stream = await sse(taskId);
    await send(`/tasks/${taskId}/trash`);
    await ask(`/tasks/trash?projectId=${projectId}`, { method: 'DELETE' });
    expect((await closed).code).toBe(4410);
    expect(frames().at(-1)?.type).toBe('trash:emptied');
    expect(parseSse(await stream.text()).map(({ type }) => type)[0]).toBe('task:state');
    expect(await (await watch(taskId)).closed).toMatchObject({ code: 4404 });
  });
});

describe('what is refused', () => {
  it('no upgrade is 426; an unknown task by HTTP is 404, by page, poll and SSE', async () => {
    const answer = await ask(`/stream/${await newTask()}`);
    expect([answer.status, await answer.json()]).toMatchObject([
      ...[426, { code: 'upgrade_required' }],
    ]);
    for (const refused of [
      await ask(`/tasks/${unknown}/events`),
      await ask(`/tasks/${unknown}/events?wait=5`),
      await sse(unknown),
    ]) {
      expect([refused.status, await refused.json()]).toMatchObject([
        ...[404, { error: 'Task not found', code: 'not_found' }],
      ]);
    }
  });

  it('a page of elsewhere is 403; a page of this machine is served', async () => {
    const taskId = await newTask();
    const foreign = { ...UPGRADE, Origin: 'https://evil.test' };
    expect((await ask(`/stream/${taskId}`, { headers: foreign })).status).toBe(403);
    const { frames } = await watch(taskId, '', { Origin: 'http://localhost:3001' });
    await eventually(() => frames().length).toBe(1);
  });

  it('required mode closes with 4401 without a good credential, an agent of another task with 4403', async () => {
    const taskId = await newTask();
    const { holder } = await newLeasedWorld();
    for (const [headers, code] of [
      [{}, 4401],
      [bearer('nonsense'), 4401],
      [bearer(holder.grant.agentToken), 4403],
    ] as const) {
      const given = { headers: { ...UPGRADE, ...headers } };
      const { webSocket } = await askRequired(`/stream/${taskId}`, given);
      const closed = new Promise((resolve) => {
        webSocket?.addEventListener('close', (event) => resolve(event.code));
      });
      webSocket?.accept();
      expect([headers, await closed]).toEqual([headers, code]);
    }
  });
});
