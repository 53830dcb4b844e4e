// A task's events as server-sent events: pages of its log as fast as the reader takes them, and from the head on the
// frames of its socket, as it takes those. Nothing is kept for a slow reader, and the object may sleep while it is idle.

import type { Page } from '../actions/events.ts';
import { type Head, SocketFrames } from './sse-frames.ts';

export const EVENT_STREAM = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
} as const;

const COMMENT_MS = 15_000;
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
  #frames: SocketFrames | undefined;
  #isOpen = true;

  constructor(source: EventSource) {
    this.#source = source;
    this.#replay = replay(source);
  }

  async pull(controller: Controller): Promise<void> {
    // Not before somebody reads: a stream that nobody ever reads is not cancelled either.
    this.#timer ??= setInterval(() => this.#comment(controller), COMMENT_MS);
    if (this.#frames === undefined) await this.#catchUp(controller);
    else await this.#follow(controller, this.#frames);
  }

  async #catchUp(controller: Controller): Promise<void> {
    let text = '';
    try {
      let step = await this.#replay.next();
      for (; !step.done; step = await this.#replay.next()) {
        text += step.value;
        if (text.length >= CHUNK_CHARS) break;
      }
      this.#send(controller, text);
      const isSilent = text === '';
      text = '';
      if (step.done) await this.#goLive(controller, step.value);
      // Who waits for something is asked for nothing again before it has come.
      if (isSilent && this.#frames !== undefined) await this.#follow(controller, this.#frames);
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
    if (untilEnd && page.end) return this.#end(controller);
    if (!this.#isOpen) return;
    const { webSocket: socket } = await openAfter(page.last);
    if (!socket) return this.#finish(controller);
    this.#frames = new SocketFrames(socket);
    if (!this.#isOpen) this.#stop('The reader has gone');
  }

  /** One frame, as soon as there is one. */
  async #follow(controller: Controller, frames: SocketFrames): Promise<void> {
    const events = await frames.next();
    if (events !== null) {
      const texts = events.map((event) => write(event, JSON.stringify(event)));
      return this.#send(controller, texts.join(''));
    }
    if (this.#source.untilEnd && frames.closedWith === NORMAL_CLOSURE) this.#end(controller);
    else this.#finish(controller);
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

  #finish(controller: Controller): void {
    if (this.#isOpen) controller.close();
    this.#stop('The stream has ended');
  }

  #stop(reason: string): void {
    this.#isOpen = false;
    clearInterval(this.#timer);
    this.#frames?.close(reason);
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
