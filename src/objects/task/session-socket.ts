import type { Refusal } from '../../contract/error.ts';
import { closeCode, closeReason, lastWords, type TaskFrame } from '../../contract/session.ts';
import type { HolderFacts } from './lease-desk.ts';
import type { ClockMemo } from './session-memo.ts';
import { SESSION } from './socket-keeper.ts';

/** What a session needs to outlive the object's memory. */
export interface Session extends HolderFacts {
  /** Commands that were sent and may not have been acknowledged yet. */
  readonly sent: readonly string[];
  /** The clock of the lease: while the object sleeps it is remembered here, so that a heartbeat writes no row. */
  readonly clock: ClockMemo | undefined;
}

/** The session of a socket, or null for one that is being closed. */
export const sessionOf = (socket: WebSocket): Session | null =>
  // Written by `keepSession` below.
  socket.deserializeAttachment() as Session | null;

export function keepSession(socket: WebSocket, session: Session): void {
  socket.serializeAttachment(session);
}

/** The open sessions; of those being closed nothing more is taken. */
export function* openSessions(ctx: DurableObjectState): Generator<[WebSocket, Session]> {
  for (const socket of ctx.getWebSockets(SESSION)) {
    const session = sessionOf(socket);
    if (session !== null) yield [socket, session];
  }
}

/** What the session of this lease remembers of its clock. */
export function recallClock(ctx: DurableObjectState, leaseId: string): ClockMemo | undefined {
  for (const [, session] of openSessions(ctx))
    if (session.leaseId === leaseId) return session.clock;
  return undefined;
}

function send(socket: WebSocket, text: string): void {
  try {
    socket.send(text);
  } catch {
    // The runner is gone; what it was not told it asks for when it comes back.
  }
}

export const sendFrame = (socket: WebSocket, frame: TaskFrame): void =>
  send(socket, JSON.stringify(frame));

/** Ends a session; frames that are still under way are not taken any more. */
export function closeSession(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.serializeAttachment(null);
    socket.close(code, reason);
  } catch {
    // It was gone already.
  }
}

/** Ends a session with the reason as its last frame. */
export function refuseSession(socket: WebSocket, refusal: Refusal, nowMs: number): void {
  send(socket, lastWords(refusal, nowMs));
  closeSession(socket, closeCode(refusal.code), closeReason(refusal));
}
