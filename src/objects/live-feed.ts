import type { TaskEvent } from '../contract/event.ts';
import { isEnded } from '../domain/task.ts';
import type { TaskStore } from './task-store.ts';

export const SOCKETS_MAX = 1_000;
/** Events of one page of a replay, and of one frame of many. The log ends a page of large ones earlier. */
const PAGE = 500;
/** What one frame of many holds; a larger event has a frame to itself. */
const FRAME_BYTES_MAX = 1_000_000;
const FRAME_END = ']}';

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

const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).byteLength;

function frames(events: readonly TaskEvent[], many: boolean): string[] {
  return many ? framesOfMany(events) : events.map((event) => JSON.stringify(event));
}

/** As few frames as hold these events, each within its count and its bytes. */
export function framesOfMany(events: readonly TaskEvent[]): string[] {
  const all: string[] = [];
  let frame = '';
  let [bytes, count] = [0, 0];
  for (const event of events) {
    const text = JSON.stringify(event);
    const size = bytesOf(text) + 1;
    if (count > 0 && (count === PAGE || bytes + size > FRAME_BYTES_MAX)) {
      all.push(frame + FRAME_END);
      count = 0;
    }
    if (count === 0) {
      frame = `{"t":"events","from":${event.seq},"events":[`;
      bytes = frame.length + FRAME_END.length;
    }
    frame += count === 0 ? text : `,${text}`;
    bytes += size;
    count += 1;
  }
  return count === 0 ? all : [...all, frame + FRAME_END];
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
