import { type Refusal, type Result, refuse } from '../../contract/error.ts';
import { RUNNER_PROTOCOL } from '../../contract/runner.ts';
import { type TaskFrame, WINDOW } from '../../contract/session.ts';
import type { Command } from '../../domain/command.ts';
import type { TaskState } from '../../domain/task.ts';
import { leaseView } from '../../domain/view.ts';
import { nextView } from '../../domain/work-view.ts';
import { closeSafely } from '../socket-close.ts';
import type { LeaseClock } from './lease-clock.ts';
import type { HolderFacts, LeaseDesk } from './lease-desk.ts';
import { type ReadFrame, readFrame } from './session-frames.ts';
import {
  closeSession,
  keepSession,
  openSessions,
  refuseSession,
  type Session,
  sendFrame,
  sessionOf,
} from './session-socket.ts';
import { SessionTaker, type Taken } from './session-taker.ts';
import { SessionWindow } from './session-window.ts';
import { SESSION, type SocketKeeper } from './socket-keeper.ts';

interface Wiring {
  readonly ctx: DurableObjectState;
  readonly desk: LeaseDesk;
  readonly clock: LeaseClock;
  readonly apply: (command: Command) => Result<number>;
  /** Lets others know what has changed; the session does not wait for it. */
  readonly settle: () => void;
}

const REVOKED = refuse('invalid_token', 'The credential is unknown, expired or revoked.').refusal;
const OVER_THE_WINDOW = refuse('rate_limited', 'More is under way than the window holds.').refusal;

/** What a frame calls itself is repeated as far as a right one would go. */
const NAME_CHARS_MAX = 100;
const brief = (name: unknown): string =>
  typeof name === 'string' ? name.slice(0, NAME_CHARS_MAX) : '';

/** A refusal that leaves the session as it is, under the name of the frame that it answers. */
function nack({ t, members }: ReadFrame, { code, message, extra }: Refusal): TaskFrame {
  const said = { t: 'nack', code, error: message, ...extra } as const;
  const { n } = members;
  if (t === 'events') return { ...said, p: brief(members['p']), n: typeof n === 'number' ? n : 0 };
  if (t === 'result') return { ...said, workId: brief(members['workId']) };
  return { ...said, re: t };
}

/** The task sessions: a runner and its task, over one socket for as long as the lease lives. */
export class SessionDesk implements SocketKeeper {
  readonly #wiring: Wiring;
  readonly #taker: SessionTaker;
  readonly #window: SessionWindow;
  /** While a frame is taken, what it changes is told by its own answer. */
  #isTaking = false;

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
    this.#taker = new SessionTaker(wiring);
    this.#window = new SessionWindow(wiring.ctx.storage);
  }

  /** Opens the one session of a lease. */
  open(holder: HolderFacts): Result<Response> {
    const { ctx, desk, clock } = this.#wiring;
    const fenced = desk.fence(holder);
    if (!fenced.ok) return fenced;
    for (const [older] of openSessions(ctx)) {
      closeSession(older, 4409, 'superseded: A newer session has taken over.');
    }
    const now = Date.now();
    const { 0: client, 1: server } = new WebSocketPair();
    ctx.acceptWebSocket(server, [SESSION]);
    clock.renew(fenced.value, now);
    clock.handOut(fenced.value, now);
    const hello = this.#hello(fenced.value, now);
    const sent = hello.commands.map(({ id }) => id);
    sendFrame(server, hello);
    keepSession(server, { ...holder, sent, clock: clock.memo(fenced.value, now) });
    const headers = { 'Sec-WebSocket-Protocol': RUNNER_PROTOCOL };
    return { ok: true, value: new Response(null, { status: 101, webSocket: client, headers }) };
  }

  #hello(state: TaskState, now: number): Extract<TaskFrame, { t: 'hello' }> {
    const { desk, clock } = this.#wiring;
    const lease = leaseView(state, clock.view(state, now) ?? { expiresAt: now });
    if (lease === undefined) throw new Error('A session was opened without a lease.');
    const next = nextView(state);
    const producers = Object.entries(state.producers).map(([name, acked]) => [name, { acked }]);
    return {
      t: 'hello',
      lease,
      work: next.do === 'work' ? next.work : null,
      producers: Object.fromEntries(producers),
      window: WINDOW,
      commands: desk.commands(state, now),
      seq: state.seq,
    };
  }

  /** Takes one frame whole and answers it; nothing comes between but the answer to a heartbeat. */
  async message(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const session = sessionOf(socket);
    if (session === null) return;
    try {
      const { answer, ends } = this.#takeFrame(socket, session, message);
      const isLate = answer instanceof Promise;
      if (answer !== undefined && !isLate) sendFrame(socket, answer);
      if (ends) closeSession(socket, 1000, 'released');
      else this.#remember(socket);
      this.tell();
      if (!isLate) return;
      sendFrame(socket, await answer);
      this.#remember(socket);
    } catch (error) {
      // Nothing was acknowledged, so the runner comes back and sends it again.
      this.#refuse(socket, session, refuse('internal', 'A fault of the server.').refusal);
      throw error;
    }
  }

  #takeFrame(socket: WebSocket, session: Session, message: string | ArrayBuffer): Taken {
    const { desk, clock, settle } = this.#wiring;
    const fenced = desk.fence(session);
    if (!fenced.ok) return this.#refuse(socket, session, fenced.refusal);
    const frame = readFrame(message);
    if (!frame.ok) return this.#refuse(socket, session, frame.refusal);
    const isBatch = frame.value.t === 'events';
    const taken = isBatch ? this.#window.admit(socket, message) : () => {};
    if (taken === undefined) return this.#refuse(socket, session, OVER_THE_WINDOW);
    clock.renew(fenced.value, Date.now());
    const result = this.#take(session, frame.value, fenced.value);
    taken();
    settle();
    return result.ok ? result.value : { answer: nack(frame.value, result.refusal) };
  }

  /** Ends a session; there is no other answer then. Its lease lives on until its runner is missed. */
  #refuse(socket: WebSocket, session: Session, refusal: Refusal): Taken {
    refuseSession(socket, refusal, Date.now());
    this.#writeDown(session);
    return {};
  }

  /** What the socket remembered of the clock. */
  #writeDown(session: Session): void {
    const { desk, clock } = this.#wiring;
    const fenced = desk.fence(session);
    if (fenced.ok) clock.writeDown(fenced.value, Date.now(), session.clock);
  }

  /** What the object may forget in its sleep. */
  #remember(socket: WebSocket): void {
    const { desk, clock } = this.#wiring;
    const session = sessionOf(socket);
    const fenced = session === null ? undefined : desk.fence(session);
    if (session === null || !fenced?.ok) return;
    keepSession(socket, { ...session, clock: clock.memo(fenced.value, Date.now()) });
  }

  #take(session: Session, frame: ReadFrame, state: TaskState): Result<Taken> {
    this.#isTaking = true;
    try {
      return this.#taker.take(session, frame, state);
    } finally {
      this.#isTaking = false;
    }
  }

  /** Tells the runner what is commanded, as soon as it is; the end of its lease ends the session. */
  tell(): void {
    if (this.#isTaking) return;
    const { ctx, desk } = this.#wiring;
    for (const [socket, session] of openSessions(ctx)) {
      const now = Date.now();
      const fenced = desk.fence(session);
      if (!fenced.ok) {
        this.#refuse(socket, session, fenced.refusal);
        continue;
      }
      const commands = desk.commands(fenced.value, now);
      const fresh = commands.filter(({ id }) => !session.sent.includes(id));
      if (fresh.length === 0) continue;
      for (const command of fresh) sendFrame(socket, { t: 'command', ...command });
      keepSession(socket, { ...session, sent: commands.map(({ id }) => id) });
    }
  }

  /** The credential of the runner is dead, and so is what it opened. */
  dismiss(runnerId: string): void {
    for (const [socket, session] of openSessions(this.#wiring.ctx)) {
      if (session.actor.id === runnerId) this.#refuse(socket, session, REVOKED);
    }
  }

  /** The runner has gone or its line is cut. */
  closed(socket: WebSocket, code: number): void {
    const session = sessionOf(socket);
    if (session !== null) this.#writeDown(session);
    closeSafely(socket, code);
  }
}
