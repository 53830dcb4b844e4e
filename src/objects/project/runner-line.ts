import type { Actor } from '../../contract/principal.ts';
import type { LineWord } from '../../contract/runner-socket.ts';
import { sendSafely } from '../send-safely.ts';

/** The tag of all lines; each has one of its runner beside. */
export const LINE = 'line';
export const tagOf = (runnerId: string): string => `line:${runnerId}`;

/** What a line needs to outlive the object's memory. */
export interface Line {
  readonly actor: Actor;
  /** The claims that wait for a grant, oldest first. */
  readonly claims: readonly { readonly requestId: string; readonly slots: number }[];
  readonly heardAt: number;
  /** When and what was last said of the queue. */
  readonly queueAt: number;
  readonly queueSaid: string;
  /** The command to drain was sent. */
  readonly isDrained: boolean;
}

/** Null for a line that is being closed. */
export const lineOf = (socket: WebSocket): Line | null =>
  // Written by `keepLine` below.
  socket.deserializeAttachment() as Line | null;

export function keepLine(socket: WebSocket, line: Line | null): void {
  try {
    socket.serializeAttachment(line);
  } catch {
    // It is gone.
  }
}

export const say = (socket: WebSocket, word: LineWord): boolean =>
  sendSafely(socket, JSON.stringify(word));

/** When a runner last gave a sign on its line, a ping among them; 0 without one. */
export function heardOn(ctx: DurableObjectState, runnerId: string): number {
  const signs = ctx.getWebSockets(tagOf(runnerId)).map((socket) => {
    const pinged = ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0;
    return Math.max(pinged, lineOf(socket)?.heardAt ?? 0);
  });
  return Math.max(0, ...signs);
}

/** The runner that opens its line, as the Worker has found it; null for a request of another kind. */
export function runnerIn(request: Request): Actor | null {
  if (!new URL(request.url).pathname.startsWith('/runners/')) return null;
  const actor = decodeURIComponent(request.headers.get('x-sluice-actor') ?? '');
  // Written by the Worker, which alone reaches an object.
  return JSON.parse(actor) as Actor;
}
