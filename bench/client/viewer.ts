// Somebody who watches a task. It counts events by what their frames say, and parses no more than it must.
import { WebSocket } from 'ws';

const ACK_EACH = 1_000;
const STATE = '{"type":"task:state"';

/** One event a frame, or many. */
export type FrameForm = 'one' | 'many';

interface Waiter {
  readonly seq: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The number of the last event of a frame: each event has its `seq` before its data. */
const lastSeq = (frame: string): number => {
  const at = frame.lastIndexOf('"seq":');
  return at < 0 ? 0 : Number.parseInt(frame.slice(at + 6), 10);
};

/** A viewer's socket. */
export class Viewer {
  readonly #socket: WebSocket;
  readonly #form: FrameForm;
  #waiter: Waiter | undefined;
  #acked = 0;
  #seq = 0;

  private constructor(socket: WebSocket, form: FrameForm) {
    this.#socket = socket;
    this.#form = form;
    socket.on('message', (data) => this.#take(String(data)));
  }

  /** Resolves once the state of the task has come. */
  static open(url: string, taskId: string, form: FrameForm, after?: number): Promise<Viewer> {
    const query = after === undefined ? '' : `?after=${after}`;
    const target = `${url.replace('http', 'ws')}/stream/${taskId}${query}`;
    const protocols = form === 'many' ? ['sluice.stream.v1'] : [];
    const socket = new WebSocket(target, protocols, { perMessageDeflate: false });
    const viewer = new Viewer(socket, form);
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        reject(error);
        viewer.#waiter?.reject(error);
      };
      socket.on('error', fail);
      socket.on('close', (code, reason) => fail(new Error(`Stream closed: ${code} ${reason}`)));
      socket.once('message', () => resolve(viewer));
    });
  }

  #take(frame: string): void {
    if (frame.startsWith(STATE)) return;
    this.#seq = Math.max(this.#seq, lastSeq(frame));
    if (this.#form === 'many' && this.#seq - this.#acked >= ACK_EACH) {
      this.#acked = this.#seq;
      this.#socket.send(`{"t":"ack","seq":${this.#seq}}`);
    }
    if (this.#waiter === undefined || this.#seq < this.#waiter.seq) return;
    this.#waiter.resolve();
    this.#waiter = undefined;
  }

  /** Resolves when the event with this number has come. */
  reach(seq: number): Promise<void> {
    if (this.#seq >= seq) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiter = { seq, resolve, reject };
    });
  }

  close(): void {
    this.#waiter = undefined;
    this.#socket.terminate();
  }
}
