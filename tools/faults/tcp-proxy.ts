// A cable between a runner and the server, which can be cut, and which can go dead without a word.
import { connect, createServer, type Server, type Socket } from 'node:net';

type Condition = 'whole' | 'cut' | 'dead';

export class TcpProxy {
  readonly #server: Server;
  readonly #port: number;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #condition: Condition = 'whole';
  #url = '';

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

  #breakAll(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }
}
