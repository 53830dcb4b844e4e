// A task's events as server-sent events: pages of its log as fast as the reader takes them, and from the head on the
// frames of its socket. The object keeps nothing for a slow reader and may sleep while it is idle.

import type { Page } from '../actions/events.ts';

export const EVENT_STREAM = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
} as const;

const COMMENT_MS = 15_000;
/** A reader that lags further behind what happens is let go; it comes back with its `Last-Event-ID`. */
const BACKLOG_BYTES_MAX = 4_194_304;
/** Small events go out together, large ones alone. */
const CHUNK_CHARS = 65_536;
const NORMAL_CLOSURE = 1_000;

/** Where a stream comes from. */
export interface EventSource {
  /** The frame `task:state`, which every stream begins with. */
  readonly state: string;
  /** The page after the reader's cursor. */
  readonly first: Page;
  readonly readAfter: (seq: number) => Promise<Page>;
  /** An answer with the socket of what comes after `seq`. */
  readonly openAfter: (seq: number) => Promise<Response>;
  readonly untilEnd: boolean;
}

export function openEventStream(source: EventSource): Response {
  // Nothing is read ahead of the reader.
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: 0 });
  const stream = new ReadableStream<Uint8Array>(new EventStream(source), strategy);
  return new Response(stream, { headers: EVENT_STREAM });
}

/** One frame as one server-sent event, or null where it is none. */
export function formatEvent(frame: string): string | null {
  const event = parseFrame(frame);
  return event === null ? null : write(event, frame);
}

interface Head {
  readonly type: string;
  readonly seq: number;
}

/** `task:state` is no event of the log, so it has no id. */
function write({ type, seq }: Head, frame: string): string {
  const id = type === 'task:state' ? '' : `id: ${seq}\n`;
  const lines = frame.split(/\r\n|\n|\r/).map((line) => `data: ${line}\n`);
  return `${id}event: ${type}\n${lines.join('')}\n`;
}

/** The state, then the log page by page; returns the page at the head, behind which nothing was. */
async function* replay({ state, first, readAfter }: EventSource): AsyncGenerator<string, Page> {
  yield formatEvent(state) ?? '';
  let page = first;
  while (page.count > 0) {
    for (const event of page.events) yield write(event, JSON.stringify(event));
    page = await readAfter(page.last);
  }
  return page;
}

type Controller = ReadableStreamDefaultController<Uint8Array>;

class EventStream implements UnderlyingSource<Uint8Array> {
  readonly #source: EventSource;
  readonly #replay: AsyncGenerator<string, Page>;
  readonly #encoder = new TextEncoder();
  #timer: ReturnType<typeof setInterval> | undefined;
  #socket: WebSocket | undefined;
  #isLive = false;
  #isOpen = true;

  constructor(source: EventSource) {
    this.#source = source;
    this.#replay = replay(source);
  }

  async pull(controller: Controller): Promise<void> {
    if (this.#isLive) return;
    // Not before somebody reads: a stream that nobody ever reads is not cancelled either.
    this.#timer ??= setInterval(() => this.#comment(controller), COMMENT_MS);
    let text = '';
    try {
      let step = await this.#replay.next();
      for (; !step.done; step = await this.#replay.next()) {
        text += step.value;
        if (text.length >= CHUNK_CHARS) break;
      }
      this.#send(controller, text);
      text = '';
      if (step.done) await this.#goLive(controller, step.value);
    } catch {
      // The object has restarted, say. The reader comes back with its `Last-Event-ID`.
      this.#send(controller, text);
      this.#finish(controller);
    }
  }

  cancel(): void {
    this.#stop('The reader has gone');
  }

  async #goLive(controller: Controller, page: Page): Promise<void> {
    const { openAfter, untilEnd } = this.#source;
    this.#isLive = true;
    if (untilEnd && page.end) return this.#end(controller);
    if (!this.#isOpen) return;
    const { webSocket: socket } = await openAfter(page.last);
    if (!socket) return this.#finish(controller);
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(controller, data));
    socket.addEventListener('close', ({ code }) => {
      if (untilEnd && code === NORMAL_CLOSURE) this.#end(controller);
      else this.#finish(controller);
    });
    socket.addEventListener('error', () => this.#finish(controller));
    socket.accept();
    if (!this.#isOpen) this.#stop('The reader has gone');
  }

  /** The state that a socket begins with is not said twice. */
  #take(controller: Controller, data: unknown): void {
    const event = typeof data === 'string' ? parseFrame(data) : null;
    if (event === null || event.type === 'task:state') return;
    this.#send(controller, write(event, String(data)));
    if (this.#isOpen && -(controller.desiredSize ?? 0) > BACKLOG_BYTES_MAX) {
      this.#finish(controller, 'Too far behind');
    }
  }

  #send(controller: Controller, text: string): void {
    if (this.#isOpen && text !== '') controller.enqueue(this.#encoder.encode(text));
  }

  /** Where something waits to be read, the connection is not idle. */
  #comment(controller: Controller): void {
    if (controller.desiredSize === 0) this.#send(controller, ':\n\n');
  }

  #end(controller: Controller): void {
    this.#send(controller, 'event: end\ndata: {}\n\n');
    this.#finish(controller);
  }

  #finish(controller: Controller, reason = 'The stream has ended'): void {
    if (this.#isOpen) controller.close();
    this.#stop(reason);
  }

  #stop(reason: string): void {
    this.#isOpen = false;
    clearInterval(this.#timer);
    this.#socket?.close(NORMAL_CLOSURE, reason);
    this.#socket = undefined;
  }
}

function parseFrame(frame: string): Head | null {
  try {
    const value: unknown = JSON.parse(frame);
    if (typeof value !== 'object' || value === null) return null;
    if (!('type' in value) || typeof value.type !== 'string') return null;
    return { type: value.type, seq: 'seq' in value ? Number(value.seq) : 0 };
  } catch {
    return null;
  }
}
