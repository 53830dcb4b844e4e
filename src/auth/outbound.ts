// The one way in which the server asks another for a document that a client named.

import { ok, type Result, refuse } from '../contract/error.ts';
import { assertPublicUrl, type OutboundEnv } from '../contract/public-url.ts';

export interface Fetched {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface FetchLimits {
  /** Of the body, once it is decoded; a longer one is a failure. */
  readonly maxBytes: number;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** GET where it is left out. */
  readonly method?: 'POST';
  readonly body?: string;
}

const failed = (message: string) => refuse('url_not_allowed', message);

/**
 * Asks without cookies, redirects or anything of the request that made it necessary. Refuses with `url_not_allowed` a URL
 * that is not public, and what was not answered in time, in size or at this very place.
 */
export async function fetchPublic(
  env: OutboundEnv,
  url: string,
  limits: FetchLimits,
): Promise<Result<Fetched>> {
  const allowed = assertPublicUrl(env, url);
  if (!allowed.ok) return allowed;
  const { maxBytes, timeoutMs, headers = {}, method = 'GET', body = null } = limits;
  try {
    const response = await fetch(allowed.value, {
      method,
      redirect: 'manual',
      headers,
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status } = response;
    if (status >= 300 && status < 400 && status !== 304) {
      await response.body?.cancel();
      return failed('The URL leads elsewhere.');
    }
    const text = await readAtMost(response.body, maxBytes);
    if (text === null) return failed(`The answer is longer than ${maxBytes} bytes.`);
    return ok({ status, headers: response.headers, text });
  } catch {
    // Whatever the network or the other side did wrong is theirs to know; its text is not repeated.
    return failed('The URL did not answer.');
  }
}

/** Null where there is more than that; the rest is not read. */
async function readAtMost(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
): Promise<string | null> {
  if (body === null) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}
