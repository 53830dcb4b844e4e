import { CREDENTIAL_ENDED, type CredentialSockets, watcherIn } from '../credential-sockets.ts';
import { closedSocket } from '../socket-close.ts';
import type { BoardTable } from './board-table.ts';
import { type BoardViewers, WATCHERS_MAX } from './board-viewers.ts';
import type { HealthDesk } from './health-desk.ts';

interface Parts {
  readonly board: BoardTable;
  readonly sockets: CredentialSockets;
  readonly viewers: BoardViewers;
  readonly health: HealthDesk;
}

/**
 * Opens a socket on a project: on its board, or on the health of its runners. `count` are those who watch already. The
 * Worker has checked who asks.
 */
export function openWatcher(request: Request, parts: Parts, count: number): Response {
  const { board, sockets, viewers, health } = parts;
  const { pathname, searchParams } = new URL(request.url);
  const after = searchParams.has('after') ? Number(searchParams.get('after')) : undefined;
  if (after !== undefined && (!Number.isSafeInteger(after) || after < 0 || after > board.head)) {
    // Before the upgrade, so that the caller can say it in words.
    return new Response(null, { status: 400 });
  }
  if (count >= WATCHERS_MAX) return closedSocket(4429, 'Too many viewers of this project');
  const now = Date.now();
  const watcher = watcherIn(request);
  if (sockets.isDead(watcher, now)) return closedSocket(...CREDENTIAL_ENDED);
  const { 0: client, 1: server } = new WebSocketPair();
  if (pathname === '/stream/health') health.open(server, watcher, now);
  else viewers.open(server, watcher, after);
  return new Response(null, { status: 101, webSocket: client });
}
