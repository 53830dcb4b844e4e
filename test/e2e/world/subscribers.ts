// Two ways to follow a task, both with the same cursor. Each resumes where it was dropped.
import WebSocket from 'ws';

export interface Frame {
  readonly type: string;
  readonly seq: number;
}

export interface Connection {
  /** Resolves when nothing more comes. */
  readonly ended: Promise<void>;
  readonly drop: () => void;
}

type Connect = (after: number, take: (frame: Frame) => void) => Connection;

/** By `ws`, dropped without a goodbye. */
export const byWebSocket =
  (url: string, taskId: string): Connect =>
  (after, take) => {
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/stream/${taskId}?after=${after}`);
    socket.on('message', (data) => take(JSON.parse(String(data)) as Frame));
    socket.on('error', () => undefined);
    const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    return { ended, drop: () => socket.terminate() };
  };

const readFrames = async (response: Response, take: (frame: Frame) => void): Promise<void> => {
  let text = '';
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(
    new TextDecoderStream(),
  )) {
    text += chunk;
    const records = text.split('\n\n');
    text = records.pop() ?? '';
    for (const record of records) {
      const data = record.split('\n').filter((line) => line.startsWith('data: '));
      if (data.length === 0) continue;
      take(JSON.parse(data.map((line) => line.slice('data: '.length)).join('\n')) as Frame);
    }
  }
};

/** By `fetch`, with the cursor as browsers send it. */
export const bySse =
  (url: string, taskId: string): Connect =>
  (after, take) => {
    const over = new AbortController();
    const headers = { Accept: 'text/event-stream', 'Last-Event-ID': String(after) };
    const ended = fetch(`${url}/tasks/${taskId}/events`, { headers, signal: over.signal })
      .then((response) => readFrames(response, take))
      .catch(() => undefined);
    return { ended, drop: () => over.abort() };
  };

/** Follows a task over connections that break after so many frames each; the state is no event of the log. */
export class Subscriber {
  readonly frames: Frame[] = [];
  drops = 0;
  /** Connections that did not begin with the task as it is. */
  withoutState = 0;
  readonly #connect: Connect;
  readonly #framesUntilDrop: () => number;
  #isOver = false;
  #connection: Connection | undefined;

  constructor(connect: Connect, framesUntilDrop: () => number) {
    this.#connect = connect;
    this.#framesUntilDrop = framesUntilDrop;
  }

  get last(): number {
    return this.frames.at(-1)?.seq ?? 0;
  }

  async follow(): Promise<void> {
    while (!this.#isOver) {
      let left = this.#framesUntilDrop();
      let isFirst = true;
      const connection = this.#connect(this.last, (frame) => {
        if (left <= 0) return;
        if (isFirst && frame.type !== 'task:state') this.withoutState += 1;
        isFirst = false;
        if (frame.type === 'task:state') return;
        this.frames.push(frame);
        left -= 1;
        if (left > 0) return;
        this.drops += 1;
        connection.drop();
      });
      this.#connection = connection;
      await connection.ended;
    }
  }

  end(): void {
    this.#isOver = true;
    this.#connection?.drop();
  }
}
