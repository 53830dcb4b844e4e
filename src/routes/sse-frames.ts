// The socket that an event stream follows a task by: frames of many, acknowledged as its reader takes them, so that for a
// slow reader they wait in the log and not here.

const ACK_EVENTS = 1_000;
const ACK_CHARS = 524_288;
const NORMAL_CLOSURE = 1_000;
const LOST = 1_006;

/** An event as far as a stream looks at it. */
export interface Head {
  readonly type: string;
  readonly seq: number;
}

/** The frames of a socket, taken one at a time. */
export class SocketFrames {
  readonly #socket: WebSocket;
  readonly #frames: string[] = [];
  #wake = (): void => {};
  #events = 0;
  #chars = 0;
  /** The code that the socket was closed with. */
  closedWith: number | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') this.#frames.push(data);
      this.#wake();
    });
    socket.addEventListener('close', ({ code }) => this.#end(code));
    socket.addEventListener('error', () => this.#end(LOST));
    socket.accept();
  }

  /** The events of the next frame, or null when no more come. */
  async next(): Promise<readonly Head[] | null> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame === undefined) {
        if (this.closedWith !== undefined) return null;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const events = eventsOf(frame);
      if (events.length === 0) continue;
      this.#acknowledge(events, frame.length);
      return events;
    }
  }

  /** Seldom, for each one is a message to the object. */
  #acknowledge(events: readonly Head[], chars: number): void {
    this.#events += events.length;
    this.#chars += chars;
    if (this.#events < ACK_EVENTS && this.#chars < ACK_CHARS) return;
    [this.#events, this.#chars] = [0, 0];
    if (this.closedWith === undefined) {
      this.#socket.send(JSON.stringify({ t: 'ack', seq: events.at(-1)?.seq }));
    }
  }

  close(reason: string): void {
    this.#frames.length = 0;
    this.#socket.close(NORMAL_CLOSURE, reason);
    this.#end(NORMAL_CLOSURE);
  }

  #end(code: number): void {
    this.closedWith ??= code;
    this.#wake();
  }
}

/** The events of a frame of many; none where it is another frame. */
export function eventsOf(frame: string): readonly Head[] {
  try {
    const value: unknown = JSON.parse(frame);
    if (typeof value !== 'object' || value === null || !('events' in value)) return [];
    // Our own object's frames.
    return value.events as readonly Head[];
  } catch {
    return [];
  }
}
