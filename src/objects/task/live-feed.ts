import type { TaskEvent } from '../../contract/event.ts';
import type { Watcher } from '../../contract/watcher.ts';
import { isEnded } from '../../domain/task.ts';
import { CREDENTIAL_ENDED, CredentialSockets } from '../credential-sockets.ts';
import { closeSafely } from '../socket-close.ts';
import { type SocketKeeper, VIEWER } from './socket-keeper.ts';
import type { TaskStore } from './task-store.ts';
import { Viewer, type ViewerOptions } from './viewer.ts';
import { type Frame, framesOf, type Serving } from './viewer-frames.ts';
import { isTooLong, readAck } from './viewer-message.ts';
import { ViewerReplay } from './viewer-replay.ts';

const SOCKETS_MAX = 1_000;

const isFinal = ({ type }: TaskEvent): boolean =>
  type === 'task:completed' || type === 'task:failed' || type === 'task:cancelled';

/**
 * Those who watch one task: each gets each event once, in order, from its own cursor. Who is live is sent each commit;
 * who is not, for it replays or reads slowly, is fed from the log, so nothing piles up and nobody waits for another.
 */
export class LiveFeed implements SocketKeeper {
  readonly #ctx: DurableObjectState;
  readonly #store: TaskStore;
  readonly #onIdle: () => void;
  readonly #viewers = new Map<WebSocket, Viewer>();
  readonly #replay: ViewerReplay;
  readonly #credentials: CredentialSockets;

  /** `onIdle` hears when nobody can be fed any more, for who is stuck then has a deadline. */
  constructor(ctx: DurableObjectState, store: TaskStore, onIdle: () => void) {
    this.#ctx = ctx;
    this.#store = store;
    this.#onIdle = onIdle;
    this.#credentials = new CredentialSockets(ctx);
    this.#replay = new ViewerReplay(
      store,
      () => this.#viewers.values(),
      (viewer) => this.#look(viewer, Date.now()),
    );
    for (const socket of ctx.getWebSockets(VIEWER)) {
      this.#viewers.set(socket, Viewer.revive(socket));
    }
    if ([...this.#viewers.values()].some(({ isLive }) => !isLive)) this.#feed();
  }

  get isFull(): boolean {
    return this.#ctx.getWebSockets(VIEWER).length >= SOCKETS_MAX;
  }

  /**
   * When the first of those who may be stuck, or whose credential ends, is to be let go, or null. A plain viewer never
   * waits for itself.
   */
  dueAt(): number | null {
    let earliest = this.#credentials.dueAt() ?? Infinity;
    for (const { serving, dueAt } of this.#viewers.values()) {
      if (serving !== 'plain' && dueAt !== null) earliest = Math.min(earliest, dueAt);
    }
    return earliest === Infinity ? null : earliest;
  }

  passTime(now: number): void {
    this.#end(this.#credentials.takeExpired(now));
    for (const viewer of this.#viewers.values()) this.#look(viewer, now);
  }

  /** Whether what a viewer comes with has died since it was looked at. */
  isDead(watcher: Watcher): boolean {
    return this.#credentials.isDead(watcher, Date.now());
  }

  /** Lets go who watches by one of these, which are dead now. */
  revoke(subjects: readonly string[], now: number): void {
    this.#end(this.#credentials.takeDead(subjects, now));
  }

  /** Accepts a viewer: first the task as it is, then what came after its cursor, then what happens. */
  open(
    socket: WebSocket,
    state: string,
    { watcher, ...options }: ViewerOptions & { readonly watcher: Watcher },
  ): void {
    const { after } = options;
    // They are found by the project too, when that is deleted.
    const { projectId = '' } = this.#store.state ?? {};
    const subjects = [...watcher.subjects, projectId];
    this.#credentials.accept(socket, VIEWER, { ...watcher, subjects });
    const viewer = Viewer.open(socket, options);
    this.#viewers.set(socket, viewer);
    viewer.say(state);
    if (after < this.#store.head) this.#feed();
    else viewer.send([], { from: after, head: after }, Date.now());
    this.#look(viewer, Date.now());
    if (watcher.expiresAt !== null) this.#onIdle();
  }

  /** Sends a commit to everybody who is live. Who is not finds it in the log. */
  publish(events: readonly TaskEvent[]): void {
    const [first] = events;
    if (first === undefined || this.#viewers.size === 0) return;
    const stretch = { from: first.seq - 1, head: first.seq - 1 + events.length };
    const now = Date.now();
    this.#end(this.#credentials.takeExpired(now));
    const ends = events.some(isFinal);
    const made: Partial<Record<Serving, readonly Frame[]>> = {};
    const framesFor = (serving: Serving): readonly Frame[] => {
      made[serving] ??= framesOf(events, (some) => this.#store.log.textsOf(some), serving);
      return made[serving];
    };
    let isAnyBehind = false;
    for (const viewer of this.#viewers.values()) {
      if (viewer.isLive) {
        viewer.send(framesFor(viewer.serving), stretch, now);
        if (!viewer.isLive) isAnyBehind = true;
        else if (ends && viewer.untilEnd) viewer.close(1000, 'end');
      }
      this.#look(viewer, now);
    }
    if (isAnyBehind) this.#feed();
  }

  message(socket: WebSocket, message: string | ArrayBuffer): void {
    this.#end(this.#credentials.takeExpired(Date.now()));
    const viewer = this.#viewers.get(socket);
    if (viewer === undefined) return;
    if (isTooLong(message)) {
      viewer.close(1009, 'A frame holds at most 64 kB');
      this.#forget(viewer);
    } else if (viewer.acknowledge(readAck(message))) {
      this.#feed();
    }
  }

  closed(socket: WebSocket, code: number): void {
    this.#viewers.delete(socket);
    this.#credentials.closed(socket);
    closeSafely(socket, code);
  }

  #end(sockets: readonly WebSocket[]): void {
    for (const socket of sockets) {
      this.#viewers.delete(socket);
      closeSafely(socket, ...CREDENTIAL_ENDED);
    }
  }

  /** Lets go who is too far behind, and who has seen the end and wanted no more; forgets who is gone. */
  #look(viewer: Viewer, now: number): void {
    const { head, state } = this.#store;
    if (state === null) viewer.close(4410, 'Task deleted');
    else if (viewer.isTooSlow(head, now)) viewer.close(4008, 'Too slow');
    else if (viewer.untilEnd && viewer.isLive && isEnded(state.status)) viewer.close(1000, 'end');
    if (viewer.isGone) this.#forget(viewer);
  }

  #forget({ socket }: Viewer): void {
    this.#viewers.delete(socket);
  }

  #feed(): void {
    const run = this.#replay.run();
    if (run !== null) this.#ctx.waitUntil(run.then(() => this.#onIdle()));
  }
}
