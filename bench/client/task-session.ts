// A runner's session: batches of events go out as far as the window allows, acks come back.
import { WebSocket } from 'ws';
import type { LeasedTask } from './leased-task.ts';

const PROTOCOL = 'sluice.runner.v1';
const WINDOW = { frames: 8, bytes: 2_097_152 };
/** What an event weighs in a frame. */
const EVENT_BYTES = 250;
const PRODUCER = 'main';

const entryOf = (bytes: number): string => {
  const empty = JSON.stringify(['log:entry', { level: 'info', message: '' }]);
  const words = 'Running the tests of the package that was changed. ';
  const message = words.repeat(Math.ceil(bytes / words.length)).slice(0, bytes - empty.length);
  return JSON.stringify(['log:entry', { level: 'info', message }]);
};

/** The events of one frame as text, made once: the bench measures the server. */
export const batchText = (events: number): string =>
  `[${Array.from({ length: events }, () => entryOf(EVENT_BYTES)).join(',')}]`;

interface Ack {
  readonly t: string;
  readonly n: number;
  readonly seq: number;
}

/** The socket of a lease's holder. */
export class TaskSession {
  readonly #socket: WebSocket;
  readonly #unacked: { readonly last: number; readonly bytes: number }[] = [];
  #unackedBytes = 0;
  #next = 1;
  #seq = 0;
  #fault: Error | undefined;
  #changed: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#take(String(data)));
    socket.on('close', (code, reason) => {
      this.#fault = new Error(`The session was closed: ${code} ${reason}`);
      this.#changed();
    });
  }

  /** Resolves once the server has said hello. */
  static open(url: string, task: LeasedTask): Promise<TaskSession> {
    const { taskId, leaseId, epoch, token } = task;
    const query = `leaseId=${leaseId}&epoch=${epoch}`;
    const target = `${url.replace('http', 'ws')}/tasks/${taskId}/session?${query}`;
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const socket = new WebSocket(target, [PROTOCOL], { perMessageDeflate: false, headers });
    const session = new TaskSession(socket);
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('close', (code, reason) => reject(new Error(`Closed: ${code} ${reason}`)));
      socket.once('message', () => resolve(session));
    });
  }

  #take(text: string): void {
    if (text.startsWith('{"t":"hello"')) return;
    // Sent by the server that this bench has started.
    const frame = JSON.parse(text) as Ack;
    if (frame.t !== 'ack') this.#fault = new Error(`The session said ${text}`);
    this.#seq = Math.max(this.#seq, frame.seq ?? 0);
    while (this.#unacked[0] !== undefined && this.#unacked[0].last <= frame.n) {
      this.#unackedBytes -= this.#unacked.shift()?.bytes ?? 0;
    }
    this.#changed();
  }

  /** The log's number of the last acknowledged event. */
  get seq(): number {
    return this.#seq;
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#fault !== undefined) throw this.#fault;
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    if (this.#fault !== undefined) throw this.#fault;
  }

  /** Sends a batch as soon as the window has room for it. */
  async send(events: string, count: number): Promise<void> {
    const frame = `{"t":"events","p":"${PRODUCER}","n":${this.#next},"e":${events}}`;
    const bytes = frame.length;
    await this.#until(
      () =>
        this.#unacked.length === 0 ||
        (this.#unacked.length < WINDOW.frames && this.#unackedBytes + bytes <= WINDOW.bytes),
    );
    this.#next += count;
    this.#unacked.push({ last: this.#next - 1, bytes });
    this.#unackedBytes += bytes;
    this.#socket.send(frame);
  }

  /** Resolves when all that was sent is acknowledged. */
  settled(): Promise<void> {
    return this.#until(() => this.#unacked.length === 0);
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.terminate();
  }
}
