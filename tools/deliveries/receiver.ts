// Receivers, each a server of its own on loopback, and the five ways in which one can be out of order.
import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from '../faults/random.ts';
import type { ArrivalLedger } from './ledger.ts';

export type Conduct = 'healthy' | 'fails' | 'flaky' | 'hangs' | 'cuts' | 'redirects';

const FLAKY_SHARE = 0.5;

export interface ReceiverParts {
  readonly name: string;
  readonly conduct: Conduct;
  readonly ledger: ArrivalLedger;
  readonly random: Random;
}

export class Receiver {
  readonly name: string;
  conduct: Conduct;
  /** What the endpoint's deliveries are signed with. */
  secret = '';
  readonly #ledger: ArrivalLedger;
  readonly #random: Random;
  readonly #server: Server;

  constructor({ name, conduct, ledger, random }: ReceiverParts) {
    this.name = name;
    this.conduct = conduct;
    this.#ledger = ledger;
    this.#random = random;
    this.#server = createServer((request, response) => this.#take(request, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks`;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const at = Date.now();
      const isTaken = this.#answer(request, response);
      this.#note(request.headers, { body, at, isTaken });
    });
  }

  #note(
    headers: IncomingHttpHeaders,
    arrival: { readonly body: Buffer; readonly at: number; readonly isTaken: boolean },
  ): void {
    const id = String(headers['webhook-id'] ?? '');
    const { name } = this;
    if (!isSigned(this.secret, headers, arrival.body)) {
      this.#ledger.blame({ what: `${id} at ${name} is not signed`, evidence: jsonOf(headers) });
      return;
    }
    this.#ledger.note({ endpoint: name, id, ...arrival });
  }

  /** True for a 2xx. */
  #answer(request: IncomingMessage, response: ServerResponse): boolean {
    switch (this.conduct) {
      case 'healthy':
        response.writeHead(204).end();
        return true;
      case 'fails':
        response.writeHead(500).end('out of order');
        return false;
      case 'flaky': {
        const isGood = !this.#random.isChance(FLAKY_SHARE);
        response.writeHead(isGood ? 200 : 500).end();
        return isGood;
      }
      case 'hangs':
        return false;
      case 'cuts':
        request.socket.destroy();
        return false;
      case 'redirects':
        // Whoever follows it arrives where nothing may arrive.
        response.writeHead(302, { location: this.url.replace('/hooks', '/elsewhere') }).end();
        if (request.url !== '/hooks') {
          this.#ledger.blame({ what: `${this.name} was followed`, evidence: request.url ?? '' });
        }
        return false;
      default:
        return this.conduct satisfies never;
    }
  }
}

/** The scheme as its specification says it, by Node's own HMAC. */
const isSigned = (secret: string, headers: IncomingHttpHeaders, body: Buffer): boolean => {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signed = createHmac('sha256', key)
    .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.`)
    .update(body)
    .digest();
  return String(headers['webhook-signature'] ?? '')
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'))
    .some((given) => given.length === signed.length && timingSafeEqual(given, signed));
};

const jsonOf = (headers: IncomingHttpHeaders): string => JSON.stringify(headers);
