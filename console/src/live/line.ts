// A stream that comes back by itself: each event once and in order, however often the connection breaks.

import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { CatchUp, type Taken } from './catch-up.ts';
import { type Frames, inFrames } from './frames.ts';
import type { LineState } from './line-state.ts';

const WAIT_MS_MIN = 250;
const WAIT_MS_MAX = 10_000;
/** How long the mark says what was caught up. */
const SAID_MS = 15_000;
/** After these it is of no use to come back: no credential, not allowed, unknown, deleted. */
const REFUSED: ReadonlySet<number> = new Set([4401, 4403, 4404, 4410]);

export interface LineOptions {
  /** The address with its cursor; null: from what is so now. */
  readonly url: (after: number | null) => string;
  readonly protocol?: string;
  /** Takes in one frame. It is called once a painted frame for all that came, within one `batch`. */
  readonly take: (frame: unknown) => Taken | null;
  /** The server wants to hear how far the reader is. */
  readonly acknowledges?: boolean;
  /** The cursor to begin with. */
  readonly after?: number;
}

/** Is open from the beginning, and comes back after each break, until `close`. */
export class Line {
  readonly #options: LineOptions;
  readonly #state = signal<LineState>({ phase: 'connecting', seq: 0, caughtUp: null });
  readonly #catchUp = new CatchUp();
  readonly #frames: Frames<string>;
  #socket: WebSocket | null = null;
  #hasSeen: boolean;
  #hasOpened = false;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#hasSeen = options.after !== undefined;
    this.#set({ seq: options.after ?? 0 });
    this.#frames = inFrames((texts) => this.#take(texts));
    addEventListener('online', this.#hurry);
    this.#connect();
  }

  get state(): ReadonlySignal<LineState> {
    return this.#state;
  }

  close(): void {
    removeEventListener('online', this.#hurry);
    this.#drop();
  }

  /** What has come and was not taken in comes once more, to who comes back. */
  #drop(): void {
    clearTimeout(this.#timer);
    this.#frames.stop();
    const socket = this.#socket;
    this.#socket = null;
    // Closed before it is open, it would be a fault in the browser's own words.
    if (socket?.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
    else socket?.close();
  }

  #connect(): void {
    const after = this.#hasSeen ? this.#state.peek().seq : null;
    const socket = new WebSocket(this.#options.url(after), this.#options.protocol);
    this.#socket = socket;
    socket.onopen = () => {
      this.#catchUp.begin(this.#hasOpened);
      this.#hasOpened = true;
    };
    socket.onmessage = ({ data }) => {
      // Not when it is opened: who is refused is told so by a socket that is closed at once.
      this.#tries = 0;
      // The server sends text alone.
      if (this.#socket === socket && data !== 'pong') this.#frames.push(data);
    };
    const closed = ({ code }: Pick<CloseEvent, 'code'>): void => {
      if (this.#socket === socket) this.#closed(code);
    };
    socket.onclose = closed;
    import('./pulse.ts')
      // The close of a dead connection is not answered, so nobody waits for it.
      .then(({ watchPulse }) => watchPulse(socket, () => closed({ code: 0 })))
      // Without it a break is known when the network knows it.
      .catch(() => {});
  }

  #closed(code: number): void {
    this.#frames.flush();
    this.#drop();
    const isRefused = REFUSED.has(code);
    this.#set({ phase: isRefused ? 'refused' : 'reconnecting', caughtUp: null });
    if (isRefused) return;
    const wait = Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** this.#tries);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.#connect(), wait / 2 + Math.random() * (wait / 2));
  }

  #take(texts: readonly string[]): void {
    const before = this.#state.peek().seq;
    batch(() => {
      for (const text of texts) {
        const taken = this.#options.take(JSON.parse(text));
        if (taken === null) continue;
        this.#hasSeen = true;
        this.#set(this.#catchUp.note(taken));
      }
    });
    const { seq } = this.#state.peek();
    if (!this.#options.acknowledges || seq === before) return;
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ t: 'ack', seq }));
    }
  }

  #set(change: Partial<LineState>): void {
    this.#state.value = { ...this.#state.peek(), ...change };
    const { caughtUp = null } = change;
    if (caughtUp === null) return;
    setTimeout(() => {
      if (this.#state.peek().caughtUp === caughtUp) this.#set({ caughtUp: null });
    }, SAID_MS);
  }

  /** Back at the network, nobody waits for the next try. */
  readonly #hurry = (): void => {
    if (this.#state.peek().phase !== 'reconnecting') return;
    this.#drop();
    this.#tries = 0;
    this.#connect();
  };
}

/** The address of a socket of this server. */
export const socketUrl = (path: string): string =>
  `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;
