// Hands a delivery on to the receiver of this machine as it would have arrived there by itself.
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { ListenDelivery } from '../../src/contract/listen.ts';

/** A little less than the server waits for a result. */
const ANSWER_MS_MAX = 14_500;

export interface Forwarded {
  /** Null where the receiver gave no answer. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Why there is none. */
  readonly trouble?: string;
}

/** Sends the headers and the bytes unchanged; only `Host`, `Connection` and `Content-Length` are this connection's own. */
export const forward = async (
  target: URL,
  delivery: ListenDelivery,
  signal: AbortSignal,
): Promise<Forwarded> => {
  const body = Buffer.from(delivery.body, 'utf8');
  const from = performance.now();
  const tookMs = (): number => Math.round(performance.now() - from);
  try {
    const status = await post(target, { headers: delivery.headers, body, signal });
    return { status, durationMs: tookMs() };
  } catch (error) {
    return { status: null, durationMs: tookMs(), trouble: reasonOf(error) };
  }
};

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly signal: AbortSignal;
}

/** The status as soon as it is known; the rest of the answer is read and thrown away, so that the receiver is not cut off. */
const post = (target: URL, { headers, body, signal }: Sent): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = target.protocol === 'https:' ? requestHttps : requestHttp;
    const sent: ClientRequest = request(target, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
    });
    sent.on('response', (response: IncomingMessage) => {
      response.on('error', () => undefined);
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(body);
  });

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time';
  return 'code' in error ? String(error.code) : error.message;
};
