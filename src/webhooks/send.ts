// Sends a delivery to the URL of its endpoint. The URL is judged anew each time, for the rules may have changed, and
// what comes back is read no further than it is kept.

import { ANSWER_BYTES_KEPT } from '../contract/delivery.ts';
import { assertPublicUrl, type OutboundEnv } from '../contract/public-url.ts';
import { type Answer, noAnswer, type Transport } from './transport.ts';

/** From the first byte sent to the last byte read. Receivers are told ten seconds. */
export const ANSWER_WITHIN_MS = 15_000;
/** Of the body, once it is decoded; the rest is not waited for. */
const READ_BYTES_MAX = 16_384;
const HEADERS_KEPT = ['content-type', 'retry-after'] as const;

/** Sends by HTTP to this URL; an answer takes `timeoutMs` at most. */
export const httpTransport =
  (env: OutboundEnv, url: string, timeoutMs: number = ANSWER_WITHIN_MS): Transport =>
  async ({ headers, body }) => {
    const allowed = assertPublicUrl(env, url);
    if (!allowed.ok) return noAnswer('Sluice does not call this URL.');
    // Not `AbortSignal.timeout`: its timer would keep the object awake after the answer.
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(() => controller.abort(), timeoutMs);
    try {
      const response = await fetch(allowed.value, {
        method: 'POST',
        redirect: 'manual',
        headers,
        body: new Uint8Array(body),
        signal,
      });
      return await read(response, signal, timeoutMs);
    } catch {
      // What went wrong is not told in the network's own words: they name what is behind the front.
      return noAnswer(signal.aborted ? late(timeoutMs) : 'The connection failed.');
    } finally {
      clearTimeout(timer);
    }
  };

const late = (timeoutMs: number): string => `There was no answer within ${timeoutMs / 1_000} s.`;

async function read(response: Response, signal: AbortSignal, timeoutMs: number): Promise<Answer> {
  const { status } = response;
  const kept = HEADERS_KEPT.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const body = await readAtMost(response.body, signal);
  if (body === null) {
    // A body that does not end is no answer: whatever stands before the receiver may have begun it alone.
    return noAnswer(signal.aborted ? late(timeoutMs) : 'The answer broke off.');
  }
  const error = status >= 300 && status < 400 ? 'Redirects are not followed.' : null;
  return { status, error, headers: Object.fromEntries(kept), body };
}

/** The beginning of a body. Null: it stopped coming. What is too long is left unread. */
async function readAtMost(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): Promise<string | null> {
  if (body === null) return '';
  const reader = body.getReader();
  const aborted = whenAborted(signal);
  const kept = new Uint8Array(ANSWER_BYTES_KEPT);
  let bytes = 0;
  try {
    while (bytes < READ_BYTES_MAX) {
      const { done, value } = await Promise.race([reader.read(), aborted]);
      if (done) return new TextDecoder().decode(kept.slice(0, bytes));
      if (bytes < kept.byteLength) kept.set(value.subarray(0, kept.byteLength - bytes), bytes);
      bytes += value.byteLength;
    }
    await reader.cancel();
    return new TextDecoder().decode(kept);
  } catch {
    reader.cancel().catch(() => undefined);
    return null;
  }
}

/** Fails once the signal does: a stream that stands still need not notice that its request was given up. */
const whenAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const give = (): void => reject(new Error('Too late'));
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
