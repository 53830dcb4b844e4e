// Asking the server: one function for all paths of the API. Who asks is known by the cookie of the sign-in.

/** Why not: what every error body of the API says, in both of its forms. */
export interface Refusal {
  /** 0: there was no answer at all. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  /** The whole body, for who wants a member beside these. */
  readonly body: Readonly<Record<string, unknown>>;
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly headers: Headers }
  | { readonly ok: false; readonly refusal: Refusal };

export interface Asking {
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** What comes is of an agent, and shown as it is: JSON too is not read. */
  readonly isText?: boolean;
}

/** Ids in a path come from addresses and from others: one that leads out of where it stands leads nowhere. */
const straight = (path: string): string =>
  new URL(path, location.href).pathname === path.split(/[?#]/)[0] ? path : '/nowhere';

/**
 * Asks for `path` (with its query) and reads the answer, JSON or text. Never throws but for an abort: no connection is a
 * refusal `offline` with status 0.
 */
export async function ask<T>(
  method: string,
  path: string,
  { body, headers = {}, signal, isText = false }: Asking = {},
): Promise<Answer<T>> {
  try {
    const answer = await fetch(straight(path), {
      method,
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      // Of nothing it makes nothing.
      body: JSON.stringify(body),
      signal: signal ?? null,
    });
    const value = await readBody(answer, isText && answer.ok);
    // What the API promises of this path; the console and the API are of one release.
    if (answer.ok) return { ok: true, value: value as T, headers: answer.headers };
    return { ok: false, refusal: refusalOf(answer.status, value) };
  } catch (error) {
    if (signal?.aborted) throw error;
    const message = 'The server cannot be reached.';
    return { ok: false, refusal: { status: 0, code: 'offline', message, body: {} } };
  }
}

export const get = <T>(path: string, asking?: Asking): Promise<Answer<T>> =>
  ask<T>('GET', path, asking);

export const post = <T>(path: string, body: unknown = {}, asking?: Asking): Promise<Answer<T>> =>
  ask<T>('POST', path, { ...asking, body });

/** `path` with those members of `query` that have a value. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | boolean | null | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if ((value ?? '') !== '') search.set(name, String(value));
  }
  return search.size === 0 ? path : `${path}?${search}`;
}

async function readBody(answer: Response, isText: boolean): Promise<unknown> {
  const text = await answer.text();
  // Not the lines of `application/x-ndjson`.
  if (isText || !/[/+]json\b/.test(answer.headers.get('Content-Type') ?? '')) return text;
  return text === '' ? null : JSON.parse(text);
}

function refusalOf(status: number, value: unknown): Refusal {
  const body =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const text = (name: string): string | undefined => {
    const member = body[name];
    return typeof member === 'string' ? member : undefined;
  };
  return {
    status,
    code: text('code') ?? 'unknown',
    message: text('error') ?? text('detail') ?? `The server answered ${status}.`,
    hint: text('hint'),
    body,
  };
}
