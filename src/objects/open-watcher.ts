import { WATCHERS_MAX } from './board-viewers.ts';
import { closedSocket } from './socket-close.ts';

interface Watch {
  readonly count: number;
  readonly head: number;
  readonly board: (socket: WebSocket, after: number | undefined) => void;
  readonly health: (socket: WebSocket) => void;
}

/** Opens a socket on a project: on its board, or on the health of its runners. The Worker has checked who asks. */
export function openWatcher(request: Request, watch: Watch): Response {
  const { pathname, searchParams } = new URL(request.url);
  const after = searchParams.has('after') ? Number(searchParams.get('after')) : undefined;
  if (after !== undefined && (!Number.isSafeInteger(after) || after < 0 || after > watch.head)) {
    // Before the upgrade, so that the caller can say it in words.
    return new Response(null, { status: 400 });
  }
  if (watch.count >= WATCHERS_MAX) return closedSocket(4429, 'Too many viewers of this project');
  const { 0: client, 1: server } = new WebSocketPair();
  if (pathname === '/stream/health') watch.health(server);
  else watch.board(server, after);
  return new Response(null, { status: 101, webSocket: client });
}
