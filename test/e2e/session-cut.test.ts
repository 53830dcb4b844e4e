// A runner's line that breaks in the middle of a word: at every byte of a frame (RFC 6455 §5.2).

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Grant } from '../../src/contract/runner.ts';
import type { RunnerFrame, TaskFrame } from '../../src/contract/session.ts';
import { Client } from './world/client.ts';
import { type DevServer, serve } from './world/dev-server.ts';
import { HandRunner } from './world/hand-runner.ts';
import { expectGapless, messagesOf } from './world/log.ts';

const PROTOCOL = 'sluice.runner.v1';
const LINES = 2;
const MASK = Buffer.from([1, 2, 3, 4]);

const framed = (from: number): RunnerFrame => ({
  t: 'events',
  p: 'main',
  n: from,
  e: Array.from({ length: LINES }, (_, at) => ['log:entry', { message: `line ${from + at}` }]),
});

/** One masked text frame of less than 64 KiB. */
const encode = (frame: RunnerFrame): Buffer => {
  const text = Buffer.from(JSON.stringify(frame));
  const length = text.length < 126 ? [text.length] : [126, text.length >> 8, text.length & 0xff];
  const masked = text.map((byte, at) => byte ^ (MASK[at % MASK.length] ?? 0));
  const [first = 0, ...rest] = length;
  return Buffer.concat([Buffer.from([0x81, 0x80 | first, ...rest]), MASK, masked]);
};

class Line {
  readonly #server: DevServer;
  readonly #path: string;
  readonly #token: string;

  constructor(server: DevServer, { task, lease }: Grant, token: string) {
    this.#server = server;
    this.#path = `/tasks/${task.id}/session?leaseId=${lease.leaseId}&epoch=${lease.epoch}`;
    this.#token = token;
  }

  /** A session of our own making, up to the server's first words. */
  async open(): Promise<Socket> {
    const socket = connect(this.#server.port, 'localhost');
    socket.on('error', () => undefined);
    const head = [
      `GET ${this.#path} HTTP/1.1`,
      `Host: localhost:${this.#server.port}`,
      `Authorization: Bearer ${this.#token}`,
      ...['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
      ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Sec-WebSocket-Protocol: ${PROTOCOL}`],
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    let heard = '';
    while (!heard.includes('"t":"hello"')) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      heard += chunk.toString('latin1');
    }
    return socket;
  }

  /** A whole session: says one frame, or none, and answers how far everything is durable. */
  async resume(frame?: RunnerFrame): Promise<number> {
    const url = `ws://localhost:${this.#server.port}${this.#path}`;
    const headers = { authorization: `Bearer ${this.#token}` };
    const socket = new WebSocket(url, PROTOCOL, { headers });
    try {
      for await (const [data] of messagesIn(socket)) {
        // The server's own words, which its own tests hold to the contract.
        const said = JSON.parse(data) as TaskFrame;
        if (said.t === 'ack') return said.n;
        if (said.t !== 'hello') continue;
        if (frame === undefined) return said.producers['main']?.acked ?? 0;
        socket.send(JSON.stringify(frame));
      }
      throw new Error('The session ended without a word');
    } finally {
      socket.terminate();
    }
  }
}

async function* messagesIn(socket: WebSocket): AsyncGenerator<readonly [string]> {
  const waiting: string[] = [];
  let wake = (): void => undefined;
  socket.on('message', (data) => {
    waiting.push(String(data));
    wake();
  });
  const ended = once(socket, 'close').then(() => undefined);
  for (;;) {
    const next = waiting.shift();
    if (next !== undefined) {
      yield [next];
      continue;
    }
    const more = new Promise<boolean>((resolve) => {
      wake = () => resolve(true);
    });
    if ((await Promise.race([more, ended])) === undefined && waiting.length === 0) return;
  }
}

it('A socket cut at any byte of a frame: after resume the log equals what was sent', async () => {
  const server = await serve();
  onTestFinished(() => server.stop());
  const client = new Client(server.url);
  const taskId = await client.create({ description: 'Be cut off', autonomy: 'full' });
  const runner = await HandRunner.register(client);
  const line = new Line(server, await runner.claim(), runner.token);
  let acked = 0;
  let cuts = 0;
  for (let bytes = 0; bytes <= encode(framed(acked + 1)).length; bytes += 1) {
    const socket = await line.open();
    socket.write(encode(framed(acked + 1)).subarray(0, bytes));
    await once(socket.end(), 'close');
    const durable = await line.resume();
    // All of a frame or nothing of it, and all of it only once all of it was sent.
    expect([acked, acked + LINES]).toContain(durable);
    if (bytes < encode(framed(acked + 1)).length) expect(durable).toBe(acked);
    acked = await line.resume(framed(durable + 1));
    cuts += 1;
  }
  expect(cuts).toBeGreaterThan(100);
  const events = await client.events(taskId);
  expectGapless(events);
  const lines = Array.from({ length: acked }, (_, at) => `line ${at + 1}`);
  expect(messagesOf(events).filter((message) => message.startsWith('line '))).toEqual(lines);
}, 120_000);
