// Sockets as clients open them: a task's, the board's, the health's; and frames by their type.

import { ask } from '../worker/ask.ts';
import { eventually, type Frame, watch } from '../worker/world.ts';

export const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A frame of the board: numbered through, with its number in its task beside. */
export interface BoardFrame extends Frame {
  readonly taskSeq?: number;
  readonly tasks?: readonly { readonly id: string }[];
}

/** Follows any path that speaks WebSocket. */
export async function follow(path: string, headers: Record<string, string> = {}) {
  const answer = await ask(path, { headers: { Upgrade: 'websocket', ...headers } });
  const socket = answer.webSocket;
  if (!socket) throw new Error(`No socket, but ${answer.status}`);
  const raw: string[] = [];
  socket.addEventListener('message', ({ data }) => {
    raw.push(String(data));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  socket.accept();
  // Our own frames, as the socket brings them.
  const frames = (): BoardFrame[] => raw.map((text) => JSON.parse(text) as BoardFrame);
  return { socket, raw, frames, closed };
}

/** A viewer of a task that has had its first frame. */
export async function viewer(taskId: string, query = '') {
  const seen = await watch(taskId, query);
  await eventually(() => seen.frames().length).toBeGreaterThan(0);
  return { ...seen, types: () => seen.frames().map(({ type }) => type) };
}

/** A viewer of a path that has had its first frame. */
export async function boardViewer(path: string) {
  const seen = await follow(path);
  await eventually(() => seen.frames().length).toBeGreaterThan(0);
  return { ...seen, types: () => seen.frames().map(({ type }) => type) };
}
