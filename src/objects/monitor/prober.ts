// Asks a URL once, as anybody could: without credentials, without following where it leads, and not for long.

import type { Check, MonitorConfig } from '../../contract/monitor.ts';
import { assertPublicUrl, type OutboundEnv } from '../../contract/public-url.ts';
import { isExpected } from '../../domain/monitor.ts';

/** Of the body, once it is decoded; what comes behind is not read. */
const READ_BYTES_MAX = 16_384;

type Asked = Pick<
  MonitorConfig,
  'url' | 'method' | 'timeoutMs' | 'expectedStatus' | 'bodyContains'
>;
type Found = Omit<Check, 'at' | 'ok'>;

/** A redirect counts by its own status. */
export async function probe(env: OutboundEnv, config: Asked): Promise<Check> {
  const at = Date.now();
  const found = await ask(env, config, at);
  return { at: new Date(at).toISOString(), ok: found.error === null, ...found };
}

async function ask(env: OutboundEnv, config: Asked, at: number): Promise<Found> {
  const nothing = { status: null, latencyMs: null };
  const allowed = assertPublicUrl(env, config.url);
  if (!allowed.ok) return { ...nothing, error: 'url_not_allowed' };
  // A timer of its own, which ends with the answer: one of AbortSignal would keep the object awake until it rings.
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), config.timeoutMs);
  try {
    const response = await fetch(allowed.value, {
      method: config.method,
      redirect: 'manual',
      cache: 'no-store',
      headers: { 'User-Agent': 'Sluice-Monitor', Accept: '*/*' },
      signal: late.signal,
    });
    const error = await judge(response, config);
    return { status: response.status, latencyMs: Date.now() - at, error };
  } catch {
    return { ...nothing, error: late.signal.aborted ? 'timeout' : 'network_error' };
  } finally {
    clearTimeout(timer);
  }
}

async function judge(response: Response, config: Asked): Promise<Check['error']> {
  const { body, status } = response;
  if (!isExpected(config.expectedStatus, status)) {
    await body?.cancel();
    return 'unexpected_status';
  }
  if (config.bodyContains === null) {
    await body?.cancel();
    return null;
  }
  return (await contains(body, config.bodyContains)) ? null : 'text_missing';
}

async function contains(body: ReadableStream<Uint8Array> | null, wanted: string): Promise<boolean> {
  if (body === null) return false;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let left = READ_BYTES_MAX; left > 0; ) {
    const { done, value } = await reader.read();
    if (done) return (text + decoder.decode()).includes(wanted);
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.byteLength;
  }
  await reader.cancel();
  return text.includes(wanted);
}
