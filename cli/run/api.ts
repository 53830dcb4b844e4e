// The server over HTTP. An outage is waited out here, so that the rest knows answers only.
import { pauseFor } from './pause-for.ts';

export interface Refused {
  readonly ok: false;
  /** 0 when the caller's signal ended the call. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly body: Readonly<Record<string, unknown>>;
}
export type Answer<T> = { readonly ok: true; readonly status: number; readonly body: T } | Refused;

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Bytes in place of a body of JSON, and what is said of them. */
  readonly bytes?: {
    readonly content: Uint8Array;
    readonly headers: Readonly<Record<string, string>>;
  };
  /** The answer is taken as it is: a `Uint8Array`. */
  readonly readsBytes?: true;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
  /** How long the server may hold the call. */
  readonly waitMs?: number;
}

const BACKOFF_MS_MIN = 250;
const BACKOFF_MS_MAX = 5_000;
const RETRY_AFTER_MS_MAX = 60_000;
const ANSWER_MS_MAX = 30_000;

const STOPPED: Refused = { ok: false, status: 0, code: 'stopped', message: 'Stopped', body: {} };

interface Trouble {
  readonly trouble: string;
  readonly retryAfterMs?: number;
}

const backoffMs = (attempt: number): number =>
  Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);

/** A client that repeats a call until the server answers it or the signal stops it. */
export class Api {
  readonly baseUrl: string;
  readonly #tell: (sentence: string) => void;
  #isDown = false;

  constructor(baseUrl: string, tell: (sentence: string) => void) {
    this.baseUrl = baseUrl.replace(/\/+$/, '');
    this.#tell = tell;
  }

  async call<T>(call: Call): Promise<Answer<T>> {
    for (let attempt = 0; !call.signal.aborted; attempt += 1) {
      const outcome = await this.#once<T>(call);
      if (!('trouble' in outcome)) {
        if (this.#isDown) this.#tell(`${this.baseUrl} answers again.`);
        this.#isDown = false;
        return outcome;
      }
      if (call.signal.aborted) break;
      // One try more before a person hears of it: a single reset is no outage.
      if (!this.#isDown && attempt > 0) {
        this.#isDown = true;
        this.#tell(`${this.baseUrl} does not answer (${outcome.trouble}); trying on.`);
      }
      await pauseFor(Math.max(outcome.retryAfterMs ?? 0, backoffMs(attempt)), call.signal);
    }
    return STOPPED;
  }

  async #once<T>(call: Call): Promise<Answer<T> | Trouble> {
    const timeout = AbortSignal.timeout((call.waitMs ?? 0) + ANSWER_MS_MAX);
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (call.token !== undefined) headers['authorization'] = `Bearer ${call.token}`;
    try {
      const response = await fetch(this.baseUrl + call.path, {
        method: call.method ?? 'POST',
        headers: { ...headers, ...call.bytes?.headers },
        ...bodyOf(call),
        signal: AbortSignal.any([call.signal, timeout]),
      });
      const { status } = response;
      if (call.readsBytes && response.ok) {
        // Who asks for bytes takes them as its T.
        return { ok: true, status, body: (await response.bytes()) as T };
      }
      const text = await response.text();
      if (status === 429 || status >= 500) return troubleOf(response);
      return answerOf<T>(status, text);
    } catch (error) {
      return { trouble: reasonOf(error) };
    }
  }
}

const bodyOf = ({ body, bytes }: Call): { body?: string | Uint8Array<ArrayBuffer> } => {
  if (bytes !== undefined) return { body: new Uint8Array(bytes.content) };
  return body === undefined ? {} : { body: JSON.stringify(body) };
};

const troubleOf = (response: Response): Trouble => {
  const seconds = Number(response.headers.get('retry-after') ?? '0');
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1_000 : 0;
  return {
    trouble: `HTTP ${response.status}`,
    retryAfterMs: Math.min(RETRY_AFTER_MS_MAX, retryAfterMs),
  };
};

const answerOf = <T>(status: number, text: string): Answer<T> | Trouble => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined;
  }
  if (status < 300) {
    // A 200 that is cut off or comes from something else is no answer.
    if (typeof body !== 'object' || body === null) return { trouble: 'an answer that is no JSON' };
    return { ok: true, status, body: body as T };
  }
  const members = typeof body === 'object' && body !== null ? { ...body } : {};
  const { code, error } = members as { code?: unknown; error?: unknown };
  return {
    ok: false,
    status,
    code: typeof code === 'string' ? code : `http_${status}`,
    message: typeof error === 'string' ? error : `HTTP ${status}`,
    body: members,
  };
};

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.cause instanceof Error) {
    return 'code' in error.cause ? String(error.cause.code) : error.cause.message;
  }
  return error.message;
};
