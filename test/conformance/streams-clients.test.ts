// Clients of a stream that die, that ask for what is not there, that send garbage: cases 102–105.

import { describe, expect, it } from 'vitest';
import { newTaskId } from '../../src/auth/id.ts';
import { ask } from '../worker/ask.ts';
import { allEvents, eventually, newTask, report, send, watch } from '../worker/world.ts';
import { viewer } from './sockets.ts';
import { act } from './states.ts';

const log = (taskId: string, json: Record<string, unknown>) => send(`/tasks/${taskId}/log`, json);
const countTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('the clients of a stream', () => {
  it('102 of several clients one dies amid 20 quick logs: the others get all, in order', async () => {
    const taskId = await newTask();
    const clients = [await viewer(taskId), await viewer(taskId), await viewer(taskId)];
    const [first, dead, last] = clients;
    const messages = countTo(20).map((number) => `line ${number}`);
    const logged = messages.map((message) => log(taskId, { message }));
    dead?.socket.close(1001, 'gone');
    for (const { status } of await Promise.all(logged)) expect(status).toBe(200);
    const inOrder = (await allEvents(taskId)).slice(2);
    expect(new Set(inOrder.map(({ data }) => 'message' in data && data.message))).toEqual(
      new Set(messages),
    );
    for (const client of [first, last]) {
      await eventually(() => client?.frames().length).toBe(21);
      expect(client?.frames().slice(1)).toEqual(inOrder);
    }
  });

  it('103 an unknown task opens, and closes with 4404 without a frame', async () => {
    for (const id of [newTaskId(Date.now()), 'non-existent-id', 'x', '..%2fx', '%00', '00']) {
      const { closed, raw } = await watch(id);
      expect([id, await closed]).toEqual([id, { code: 4404, reason: 'Task not found' }]);
      expect(raw).toEqual([]);
    }
  });

  it('104 garbage from a client leaves its socket open; ping is answered pong', async () => {
    const taskId = await newTask();
    const { socket, raw } = await viewer(taskId);
    for (const text of ['', '{', 'null', '{"type":"task:state"}', 'x'.repeat(60_000), 'PING']) {
      socket.send(text);
    }
    socket.send(new Uint8Array([0, 255]));
    socket.send('ping');
    await eventually(() => raw.at(-1)).toBe('pong');
    expect(raw).toHaveLength(2);
    await log(taskId, { message: 'still here' });
    await eventually(() => raw.at(-1)).toContain('still here');
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });

  it('105 errors by HTTP meanwhile leave it open, and are no event', async () => {
    const taskId = await newTask();
    const { socket, frames } = await viewer(taskId);
    expect((await log(taskId, {})).status).toBe(400);
    expect((await report(taskId, { status: 'nonsense' })).status).toBe(400);
    expect((await report(taskId, { status: 'queued' })).status).toBe(409);
    expect((await act(taskId, 'gates/invented/approve')).status).toBe(409);
    expect((await ask(`/tasks/${taskId}`, { method: 'DELETE' })).status).toBe(405);
    expect((await ask(`/tasks/${taskId}/nothing`)).status).toBe(404);
    expect((await ask(`/stream/${taskId}`)).status).toBe(426);
    await log(taskId, { message: 'still here' });
    await eventually(() => frames().length).toBe(2);
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});
