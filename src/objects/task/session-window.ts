import { WINDOW } from '../../contract/session.ts';

interface UnderWay {
  frames: number;
  bytes: number;
}

/** Counts what a session has sent and what is not durable yet: only then does its acknowledgement go out. */
export class SessionWindow {
  readonly #storage: DurableObjectStorage;
  readonly #underWay = new WeakMap<WebSocket, UnderWay>();

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Undefined where the frame goes over the window; else what is to be called once it was taken. */
  admit(socket: WebSocket, message: string | ArrayBuffer): (() => void) | undefined {
    // Of text the characters are counted, which are never more than its bytes.
    const bytes = typeof message === 'string' ? message.length : message.byteLength;
    const now = this.#underWay.get(socket) ?? { frames: 0, bytes: 0 };
    if (now.frames >= WINDOW.frames || now.bytes + bytes > WINDOW.bytes) return undefined;
    now.frames += 1;
    now.bytes += bytes;
    this.#underWay.set(socket, now);
    const done = (): void => {
      now.frames -= 1;
      now.bytes -= bytes;
    };
    return () => void this.#storage.sync().then(done, done);
  }
}
