// Listeners in the Worker: a socket of `GET /v1/webhooks/listen` as a client has it.

import { env } from 'cloudflare:workers';
import { newId } from '../../src/auth/id.ts';
import type { ListenDelivery, ListenReady } from '../../src/contract/listen.ts';
import { askRequired } from './ask.ts';
import { send } from './world.ts';

export const PROTOCOL = { 'Sec-WebSocket-Protocol': 'sluice.v1' };

interface Listening {
  /** What each delivery is answered; null: nothing. */
  readonly status?: number | null;
}

/** Opens one that answers each delivery. */
export async function listenWith(
  query: string,
  headers: Record<string, string>,
  { status = 200 }: Listening = {},
) {
  const answer = await askRequired(`/v1/webhooks/listen${query}`, {
    headers: { Upgrade: 'websocket', ...PROTOCOL, ...headers },
  });
  const { webSocket: socket } = answer;
  if (!socket) throw new Error(`No socket, but ${answer.status}`);
  const seen: { ready: ListenReady | null; deliveries: ListenDelivery[]; code: number | null } = {
    ready: null,
    deliveries: [],
    code: null,
  };
  const say = (frame: unknown) => socket.send(JSON.stringify(frame));
  socket.addEventListener('message', ({ data }) => {
    if (data === 'pong') return;
    const frame = JSON.parse(String(data)) as ListenReady | ListenDelivery;
    if (frame.type === 'ready') {
      seen.ready = frame;
      return;
    }
    seen.deliveries.push(frame);
    if (status === null) return;
    say({ type: 'result', deliveryId: frame.deliveryId, status, durationMs: 3 });
  });
  socket.addEventListener('close', ({ code }) => {
    seen.code = code;
    socket.close();
  });
  socket.accept();
  return { socket, seen, say, protocol: answer.headers.get('Sec-WebSocket-Protocol') };
}

/** Something that happens in the project. */
export const invite = (projectId: string) =>
  send(`/v1/projects/${projectId}/invitations`, {
    email: `${newId('usr', Date.now())}@example.com`,
    role: 'viewer',
  });

export const rowsOf = async (projectId: string) => {
  const rows = await env.DB.prepare('SELECT * FROM webhook_endpoints WHERE project_id = ?')
    .bind(projectId)
    .all<Record<string, string | number | null>>();
  return rows.results;
};
