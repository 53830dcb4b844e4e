// Viewers of frames of many: one that acknowledges what it gets, and one that says only what a test has it say.

import { ask } from './ask.ts';

export const MANY = { 'Sec-WebSocket-Protocol': 'sluice.stream.v1' };

/** An event as far as these tests look at it. */
export interface Seen {
  readonly type: string;
  readonly taskId: string;
  readonly timestamp: string;
  readonly seq: number;
  readonly data: { readonly from?: number; readonly to?: number; readonly message?: string };
}

/** Follows a task by frames of many; `acknowledge` answers each frame, unless `isSilent`. */
export async function watchMany(
  taskId: string,
  query = '',
  options: { readonly isSilent?: boolean } = {},
) {
  const answer = await ask(`/stream/${taskId}${query}`, {
    headers: { Upgrade: 'websocket', ...MANY },
  });
  const { webSocket: socket } = answer;
  if (!socket) throw new Error(`No socket, but ${answer.status}`);
  const raw: string[] = [];
  const events: Seen[] = [];
  const acknowledge = (seq = events.at(-1)?.seq): void =>
    socket.send(JSON.stringify({ t: 'ack', seq }));
  socket.addEventListener('message', ({ data }) => {
    raw.push(String(data));
    const frame: { t?: string; events?: Seen[] } = JSON.parse(String(data));
    if (frame.t !== 'events') return;
    events.push(...(frame.events ?? []));
    if (options.isSilent !== true) acknowledge();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  socket.accept();
  const bytes = () =>
    raw.slice(1).reduce((sum, text) => sum + new TextEncoder().encode(text).byteLength, 0);
  return { socket, raw, events, acknowledge, closed, bytes };
}
