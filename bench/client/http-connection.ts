// The least HTTP client that keeps its connection: what the client costs hides what the server costs.
import { connect, type Socket } from 'node:net';

/** What is asked. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: string;
  readonly token?: string;
}

/** What is answered, whole. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

interface Waiter {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

const joinChunks = (body: Buffer): string => {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.toString('latin1', at, lineEnd), 16);
    if (size === 0) return Buffer.concat(parts).toString();
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
};

/** The answer, or undefined while some of it is missing. JSON holds no bare line ends, so the last chunk is plain. */
const readAnswer = (received: Buffer): Answer | undefined => {
  const headEnd = received.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = received.toString('latin1', 0, headEnd);
  const body = received.subarray(headEnd + HEAD_END.length);
  const status = Number(head.slice(9, 12));
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length !== undefined) {
    return body.length < Number(length) ? undefined : { status, text: body.toString() };
  }
  if (status === 204) return { status, text: '' };
  const isWhole = body.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK);
  return isWhole ? { status, text: joinChunks(body) } : undefined;
};

/** One connection with one request at a time. */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #host: string;
  #received: Buffer = Buffer.alloc(0);
  #waiter: Waiter | undefined;

  private constructor(socket: Socket, host: string) {
    this.#socket = socket;
    this.#host = host;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#waiter?.reject(error));
    socket.on('close', () => this.#waiter?.reject(new Error('The server closed the connection.')));
  }

  /** Resolves once the connection stands. */
  static open(url: string): Promise<HttpConnection> {
    const { hostname, port, host } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.once('error', reject);
      socket.once('connect', () => resolve(new HttpConnection(socket, host)));
    });
  }

  #take(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const answer = readAnswer(this.#received);
    if (answer === undefined) return;
    this.#received = Buffer.alloc(0);
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.resolve(answer);
  }

  ask({ method, path, body, token }: Call): Promise<Answer> {
    const authorization = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
    const length = Buffer.byteLength(body ?? '');
    const content =
      body === undefined ? '' : `Content-Type: application/json\r\nContent-Length: ${length}\r\n`;
    const head = `${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n${authorization}${content}\r\n`;
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
      this.#socket.write(head + (body ?? ''));
    });
  }

  /** Asks, and throws unless the answer is a success. */
  async expect(call: Call): Promise<Answer> {
    const answer = await this.ask(call);
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw new Error(`${call.method} ${call.path} answered ${answer.status}: ${answer.text}`);
  }

  close(): void {
    this.#socket.destroy();
  }
}
