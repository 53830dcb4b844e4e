import type { BoardTable } from './board-table.ts';
import { type BoardViewers, WATCHERS_MAX } from './board-viewers.ts';
import type { HealthDesk } from './health-desk.ts';
import { closedSocket } from './socket-close.ts';

interface Watched {
  readonly board: BoardTable;
  readonly viewers: BoardViewers;
  readonly health: HealthDesk;
}

/** Opens a socket on a project: on its board, or on the health of its runners. The Worker has checked who asks. */
export function openWatcher(request: Request, count: number, watched: Watched): Response {
  const { pathname, searchParams } = new URL(request.url);
  const { head } = watched.board;
  const after = searchParams.has('after') ? Number(searchParams.get('after')) : undefined;
  if (after !== undefined && (!Number.isSafeInteger(after) || after < 0 || after > head)) {
    // Before the upgrade, so that the caller can say it in words.
    return new Response(null, { status: 400 });
  }
  if (count >= WATCHERS_MAX) return closedSocket(4429, 'Too many viewers of this project');
  const { 0: client, 1: server } = new WebSocketPair();
  if (pathname === '/stream/health') watched.health.open(server, Date.now());
  else watched.viewers.open(server, after);
  return new Response(null, { status: 101, webSocket: client });
}
