import type { TaskEvent } from '../contract/event.ts';
import { isEnded } from '../domain/task.ts';
import type { TaskStore } from './task-store.ts';

export const SOCKETS_MAX = 1_000;
/** Events of one page of a replay, and of one frame of many. */
const PAGE = 500;

/** What a socket needs to outlive the object's memory. */
interface Attachment {
  /** The last event sent; it stands still once the socket is live. */
  cursor: number;
  /** A live socket has had everything up to the last commit. */
  live: boolean;
  readonly many: boolean;
  readonly untilEnd: boolean;
}

const isFinal = ({ type }: TaskEvent): boolean =>
  type === 'task:completed' || type === 'task:failed' || type === 'task:cancelled';

function frames(events: readonly TaskEvent[], many: boolean): string[] {
  if (!many) return events.map((event) => JSON.stringify(event));
  const all: string[] = [];
  for (let start = 0; start < events.length; start += PAGE) {
    const page = events.slice(start, start + PAGE);
    all.push(JSON.stringify({ t: 'events', from: page[0]?.seq, events: page }));
  }
  return all;
}

/** A dropped viewer disturbs nobody: it comes back with its cursor. */
function send(socket: WebSocket, all: readonly string[]): boolean {
  try {
    for (const frame of all) socket.send(frame);
    return true;
  } catch {
    return false;
  }
}

const attachmentOf = (socket: WebSocket): Attachment | null =>
  // Written by `open` below.
  socket.deserializeAttachment() as Attachment | null;

/** Those who watch one task: each gets each event once, in order, from its own cursor. */
export class LiveFeed {
  readonly #ctx: DurableObjectState;
  readonly #store: TaskStore;

  constructor(ctx: DurableObjectState, store: TaskStore) {
    this.#ctx = ctx;
    this.#store = store;
  }

  get count(): number {
    return this.#ctx.getWebSockets().length;
  }

  /** Accepts a viewer: first the task as it is, then what came after its cursor, then what happens. */
  open(
    socket: WebSocket,
    state: string,
    options: { after: number; many: boolean; untilEnd: boolean },
  ): void {
    const { after, many, untilEnd } = options;
    const attachment: Attachment = { cursor: after, live: false, many, untilEnd };
    this.#ctx.acceptWebSocket(socket);
    socket.serializeAttachment(attachment);
    send(socket, [state]);
    this.#ctx.waitUntil(this.#catchUp(socket, attachment));
  }

  /** Sends a commit to everybody who is live. Who is still catching up finds it in the log. */
  publish(events: readonly TaskEvent[]): void {
    const sockets = this.#ctx.getWebSockets();
    if (sockets.length === 0) return;
    const single = frames(events, false);
    const many = frames(events, true);
    const ends = events.some(isFinal);
    for (const socket of sockets) {
      const attachment = attachmentOf(socket);
      if (attachment?.live !== true) continue;
      send(socket, attachment.many ? many : single);
      if (ends && attachment.untilEnd) this.#end(socket);
    }
  }

  /** After a wake, viewers whose replay was interrupted go on with it. */
  resume(): void {
    for (const socket of this.#ctx.getWebSockets()) {
      const attachment = attachmentOf(socket);
      if (attachment !== null && !attachment.live) {
        this.#ctx.waitUntil(this.#catchUp(socket, attachment));
      }
    }
  }

  /** Replays in pages; the last look and the step to live are one, so nothing falls between. */
  async #catchUp(socket: WebSocket, attachment: Attachment): Promise<void> {
    while (attachment.cursor < this.#store.head) {
      const events = this.#store.log.eventsAfter(attachment.cursor, PAGE);
      attachment.cursor = events.at(-1)?.seq ?? this.#store.head;
      if (!send(socket, frames(events, attachment.many))) return;
      socket.serializeAttachment(attachment);
      if (attachment.cursor < this.#store.head) await scheduler.wait(0);
    }
    attachment.live = true;
    socket.serializeAttachment(attachment);
    const status = this.#store.state?.status;
    if (attachment.untilEnd && status !== undefined && isEnded(status)) this.#end(socket);
  }

  #end(socket: WebSocket): void {
    try {
      socket.close(1000, 'end');
    } catch {
      // It was gone already.
    }
  }
}
