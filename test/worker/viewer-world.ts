// Viewers of frames of many, log lines whole or in short: one that acknowledges what it gets, and one that says only what a
// test has it say.

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

interface ManyFrame {
  readonly t?: string;
  readonly events?: readonly Seen[];
  readonly from?: number;
  readonly entries?: readonly (readonly [number, string, string, string, string])[];
}

/** The events of a frame; a line in short as the event that it stands for. */
export function eventsIn({ t, from = 0, events = [], entries = [] }: ManyFrame): readonly Seen[] {
  if (t === 'events') return events;
  return entries.map(([ms, level, stage, agent, message], index) => ({
    type: 'log:entry',
    taskId: '',
    timestamp: new Date(ms).toISOString(),
    seq: from + index,
    data: { level, stage, agent, message },
  }));
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
    const frame: ManyFrame = JSON.parse(String(data));
    if (frame.t === undefined) return;
    events.push(...eventsIn(frame));
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
