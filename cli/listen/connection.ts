// One socket from its opening to its end.
import type { ListenFrame } from '../../src/contract/listen.ts';
import { readFrame } from './frame.ts';

const PROTOCOL = 'sluice.v1';
/** A server that is gone without a word is noticed by the pongs that do not come. */
const PING_MS = 20_000;
const SILENCES_MAX = 2;

export interface Ended {
  /** Whether the server had accepted the socket. */
  readonly wasOpen: boolean;
  readonly code: number;
  readonly reason: string;
}

interface ConnectionOptions {
  readonly url: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
  readonly onFrame: (frame: ListenFrame, answer: (text: string) => void) => void;
}

/** Resolves when the socket is closed, by whomever. */
export const connect = ({ url, token, signal, onFrame }: ConnectionOptions): Promise<Ended> =>
  new Promise((resolve) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    // Node takes headers as well; the type is that of browsers, which cannot send any.
    const init = { protocols: [PROTOCOL], headers } as unknown as string[];
    const socket = new WebSocket(url, init);
    let wasOpen = false;
    let silences = 0;
    const answer = (text: string): void => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    };
    const finish = (code: number, reason: string): void => {
      clearInterval(pinging);
      signal.removeEventListener('abort', leave);
      resolve({ wasOpen, code, reason });
    };
    const leave = (): void => {
      socket.close(1000, 'bye');
      // The other side need not answer for this one to end.
      finish(1000, '');
    };
    const pinging = setInterval(() => {
      silences += 1;
      if (silences > SILENCES_MAX) {
        socket.close();
        finish(1006, 'The server has fallen silent');
        return;
      }
      answer('ping');
    }, PING_MS);
    socket.addEventListener('open', () => {
      wasOpen = true;
    });
    socket.addEventListener('message', ({ data }) => {
      silences = 0;
      const frame = readFrame(String(data));
      if (frame !== undefined) onFrame(frame, answer);
    });
    socket.addEventListener('close', ({ code, reason }) => finish(code, reason));
    // A close follows.
    socket.addEventListener('error', () => undefined);
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
