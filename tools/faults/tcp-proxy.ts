// A cable between a runner and the server, which can be cut, go dead without a word, and say things twice.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { RequestCopies } from './request-copies.ts';

/** The second time is a moment later: before the answer of the first, or behind it. */
const AGAIN_MS = 30;

type Condition = 'whole' | 'cut' | 'dead' | 'doubling';

export class TcpProxy {
  readonly #server: Server;
  readonly #port: number;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #condition: Condition = 'whole';
  #url = '';
  #doubled = 0;

  constructor(port: number) {
    this.#port = port;
    this.#server = createServer((inner) => this.#join(inner));
  }

  static async listen(port: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(port);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    const address = proxy.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    proxy.#url = `http://127.0.0.1:${address.port}`;
    return proxy;
  }

  get url(): string {
    return this.#url;
  }

  /** Connections break, and new ones do. */
  cut(): void {
    this.#condition = 'cut';
    this.#breakAll();
  }

  /** Connections stay, new ones are taken, and nothing gets through. */
  goDead(): void {
    this.#condition = 'dead';
    for (const pair of this.#pairs) for (const socket of pair) socket.pause();
  }

  /** Every POST comes a second time. */
  double(): void {
    this.#condition = 'doubling';
  }

  /** How many requests came twice. */
  get doubled(): number {
    return this.#doubled;
  }

  /** What was held back is lost: the connections it was on break. */
  mend(): void {
    if (this.#condition === 'dead') this.#breakAll();
    this.#condition = 'whole';
  }

  async close(): Promise<void> {
    this.#breakAll();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(inner: Socket): void {
    if (this.#condition === 'cut') {
      inner.on('error', () => undefined);
      inner.resetAndDestroy();
      return;
    }
    const outer = connect(this.#port, '127.0.0.1');
    const pair = [inner, outer] as const;
    this.#pairs.add(pair);
    const copies = new RequestCopies((request) => this.#sayAgain(request));
    inner.on('data', (chunk) => copies.read(chunk));
    for (const [from, to] of [pair, [outer, inner] as const]) {
      from.on('data', (chunk) => to.write(chunk));
      from.on('end', () => to.end());
      from.on('error', () => undefined);
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
    }
    if (this.#condition === 'dead') for (const socket of pair) socket.pause();
  }

  #sayAgain(request: Buffer): void {
    if (this.#condition !== 'doubling') return;
    this.#doubled += 1;
    setTimeout(() => {
      const line = connect(this.#port, '127.0.0.1', () => line.write(request));
      line.on('error', () => undefined);
      // Nobody waits for the second answer.
      line.resume();
    }, AGAIN_MS).unref();
  }

  #breakAll(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }
}
