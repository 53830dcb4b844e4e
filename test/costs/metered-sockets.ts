// Counts what an object sends to those who are connected to it. What they send comes in by `webSocketMessage`.

import { count } from './meter.ts';

const metered = new WeakSet<WebSocket>();

function meterSocket(socket: WebSocket): WebSocket {
  if (metered.has(socket)) return socket;
  metered.add(socket);
  const send = socket.send.bind(socket);
  socket.send = (message) => {
    count('messagesOut');
    send(message);
  };
  return socket;
}

export function meterSockets(ctx: DurableObjectState): void {
  const accept = ctx.acceptWebSocket.bind(ctx);
  const all = ctx.getWebSockets.bind(ctx);
  ctx.acceptWebSocket = (socket, tags) => accept(meterSocket(socket), tags);
  ctx.getWebSockets = (tag) => all(tag).map(meterSocket);
}
