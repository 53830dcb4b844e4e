// A receiver as a user would write it: a server on loopback that believes nothing but a signature. What it judges by are the
// libraries of others and Node's own crypto, never a line of ours.
import { createPublicKey, verify as verifyWith } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { onTestFinished } from 'vitest';
import type { PlatformEvent } from '../../../src/contract/platform-event.ts';

export interface Hit {
  readonly id: string;
  readonly deliveryId: string;
  readonly attempt: number;
  readonly type: string;
  readonly event: PlatformEvent;
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
}

interface Keys {
  readonly secret: string;
  /** `whpk_…` */
  readonly publicKey: string;
}

/** What stands before an Ed25519 public key in SPKI (RFC 8410 §4). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** Throws where the delivery does not hold by all three judges. */
export const judge = (headers: IncomingHttpHeaders, body: Buffer, keys: Keys): void => {
  const named = {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  };
  new StandardWebhook(keys.secret).verify(body.toString(), named);
  new SvixWebhook(keys.secret).verify(body.toString(), named);
  const raw = Buffer.from(keys.publicKey.slice('whpk_'.length), 'base64');
  const key = createPublicKey({
    key: Buffer.concat([SPKI_HEAD, raw]),
    format: 'der',
    type: 'spki',
  });
  const head = Buffer.from(`${named['webhook-id']}.${named['webhook-timestamp']}.`);
  const signed = Buffer.concat([head, body]);
  const isSigned = named['webhook-signature']
    .split(' ')
    .filter((one) => one.startsWith('v1a,'))
    .some((one) => verifyWith(null, signed, key, Buffer.from(one.slice(4), 'base64')));
  if (!isSigned) throw new Error('No v1a signature holds');
};

export class HookReceiver {
  readonly hits: Hit[] = [];
  /** Why deliveries were not believed. */
  readonly doubts: string[] = [];
  /** Of its answers. */
  status = 204;
  keys: Keys | undefined;
  readonly url: string;

  constructor(port: number) {
    this.url = `http://127.0.0.1:${port}/hooks`;
  }

  get types(): readonly string[] {
    return this.hits.map(({ type }) => type);
  }

  /** Judged only where the keys are known: they follow from the answer that makes the endpoint. */
  take(headers: IncomingHttpHeaders, body: Buffer): number {
    try {
      if (this.keys !== undefined) judge(headers, body, this.keys);
    } catch (error) {
      this.doubts.push(`${headers['webhook-id']}: ${String(error)}`);
      return 400;
    }
    this.hits.push({
      id: String(headers['webhook-id']),
      deliveryId: String(headers['sluice-delivery-id']),
      attempt: Number(headers['sluice-delivery-attempt']),
      type: String(headers['sluice-event-type']),
      event: JSON.parse(body.toString()) as PlatformEvent,
      body,
      headers,
    });
    return this.status;
  }
}

/** Listens until the test is over. */
export const startReceiver = async (): Promise<HookReceiver> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(receiver.take(request.headers, Buffer.concat(chunks))).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver = new HookReceiver((server.address() as AddressInfo).port);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return receiver;
};
