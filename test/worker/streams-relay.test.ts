// A socket with `until=end` is passed on frame by frame, so that its connection ends with it.

import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { ask } from './ask.ts';
import { eventually, newTask, send, taskStub, watch } from './world.ts';

const MANY = { 'Sec-WebSocket-Protocol': 'sluice.stream.v1' };
const socketsOf = (taskId: string) =>
  runInDurableObject(taskStub(taskId), (_object, ctx) => ctx.getWebSockets().length);

describe('a socket with until=end', () => {
  it('passes on the frames, the ping and the close with its reason', async () => {
    const taskId = await newTask();
    const { socket, raw, frames, closed } = await watch(taskId, '?after=0&until=end');
    socket.send('ping');
    await eventually(() => raw.includes('pong')).toBe(true);
    await send(`/tasks/${taskId}/cancel`);
    expect(await closed).toEqual({ code: 1000, reason: 'end' });
    const seqs = frames().map(({ seq }) => seq);
    expect(seqs).toEqual([2, 1, 2, 3]);
    await eventually(() => socketsOf(taskId)).toBe(0);
  });

  it('keeps its protocol', async () => {
    const path = `/stream/${await newTask()}?until=end`;
    const answer = await ask(path, { headers: { Upgrade: 'websocket', ...MANY } });
    expect(answer.headers.get('Sec-WebSocket-Protocol')).toBe('sluice.stream.v1');
    answer.webSocket?.accept();
    answer.webSocket?.close(1000);
  });

  it('is let go in the object when its client goes', async () => {
    const taskId = await newTask();
    const { socket } = await watch(taskId, '?until=end');
    await eventually(() => socketsOf(taskId)).toBe(1);
    socket.close(1000, 'gone');
    await eventually(() => socketsOf(taskId)).toBe(0);
  });

  it('of an unknown task is closed 4404', async () => {
    const { closed } = await watch('x', '?until=end');
    expect(await closed).toEqual({ code: 4404, reason: 'Task not found' });
  });
});
