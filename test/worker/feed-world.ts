// Those who follow a project.

import { ask, askRequired, bearer } from './ask.ts';
import type { Frame } from './world.ts';

/** Follows a project, in required mode where there is a token. */
export async function follow(projectId: string, query = '', token?: string) {
  const path = `/ws?projectId=${projectId}${query}`;
  const headers = { Upgrade: 'websocket', ...(token === undefined ? {} : bearer(token)) };
  const answer = await (token === undefined ? ask : askRequired)(path, { headers });
  const socket = answer.webSocket;
  if (!socket) throw new Error(`No socket, but ${answer.status}`);
  const frames: Frame[] = [];
  let code = 0;
  socket.addEventListener('message', ({ data }) => {
    frames.push(JSON.parse(String(data)) as Frame);
  });
  socket.addEventListener('close', (event) => {
    code = event.code;
  });
  socket.accept();
  const types = () => frames.map(({ type }) => type);
  return { socket, frames, types, code: () => code };
}
