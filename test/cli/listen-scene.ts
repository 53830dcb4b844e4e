// The server's side of `sluice listen`, and a receiver, both real and both on loopback.
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ListenDelivery, ListenResult } from '../../src/contract/listen.ts';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const listenOn = (server: Server, port = 0): Promise<void> =>
  new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));

export interface Opened {
  readonly socket: WebSocket;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** Greets each socket and keeps what it says. */
export class ListenServer {
  readonly opened: Opened[] = [];
  readonly results: ListenResult[] = [];
  /** With what the next sockets are closed instead of greeted. */
  closes: { code: number; reason: string }[] = [];
  /** What a request without an upgrade is answered. */
  refusal: { status: number; error: string } | undefined;
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async up(): Promise<void> {
    const server = createServer((_request, response) => {
      const { status = 426, error = 'WebSocket only' } = this.refusal ?? {};
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error }));
    });
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'sluice.v1' });
    server.on('upgrade', (request, stream, head) => {
      if (this.refusal !== undefined) {
        stream.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, stream, head, (socket) => {
        this.#greet({ socket, path: request.url ?? '', headers: request.headers });
      });
    });
    await listenOn(server, this.#port);
    this.#server = server;
    this.#port = portOf(server);
    onTestFinished(() => this.down());
  }

  /** As a crash. */
  down(): void {
    for (const { socket } of this.opened) socket.terminate();
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  deliver(delivery: Partial<ListenDelivery>): void {
    const frame: ListenDelivery = {
      type: 'delivery',
      deliveryId: 'dlv_1',
      attempt: 1,
      headers: { 'content-type': 'application/json', 'sluice-event-type': 'member.invited' },
      body: '{}',
      ...delivery,
    };
    this.opened.at(-1)?.socket.send(JSON.stringify(frame));
  }

  #greet(opened: Opened): void {
    const { socket } = opened;
    this.opened.push(opened);
    const close = this.closes.shift();
    if (close !== undefined) {
      socket.close(close.code, close.reason);
      return;
    }
    socket.on('message', (data) => {
      const text = String(data);
      if (text === 'ping') socket.send('pong');
      else this.results.push(JSON.parse(text) as ListenResult);
    });
    socket.send(JSON.stringify({ type: 'ready', endpointId: 'whe_1', secret: SECRET }));
  }
}

export interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A receiver that keeps the bytes. */
export const startReceiver = async (status = 204) => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { url = '', headers } = request;
      received.push({ url, headers, body: Buffer.concat(chunks) });
      response.writeHead(status).end();
    });
  });
  await listenOn(server);
  onTestFinished(() => void server.close());
  return { received, url: `http://127.0.0.1:${portOf(server)}/hooks?x=1` };
};
