import { ERRORS, type Refusal, type Result } from './error.ts';

/** An answer to a write, as it is sent and, with an Idempotency-Key, kept for a repetition. */
export interface Reply<T = unknown> {
  readonly status: 200 | 201 | 202 | 204;
  readonly body: T;
  /** `Location`, `ETag`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Members of the body that are shown once: a repetition has null there. */
  readonly secrets?: readonly string[];
  /** It was given before, to a request with the same Idempotency-Key. */
  readonly replayed?: true;
}

/** The Idempotency-Key of a request: under which name its outcome is kept, and what the request was. */
export interface Idempotency {
  /** Principal, method, route and key, hashed. */
  readonly k: string;
  readonly fingerprint: string;
}

/** The key on its way to the object in which the effect lives. */
export interface Keyed extends Idempotency {
  /** What the asking side has made for its answer, ids for example: a repetition gets that of the first request. */
  readonly made?: unknown;
}

/** Null for a request without a key. */
export type Key = Keyed | null;

/** A result that may be one which was given before; `made` is then what was made for it at that time. */
export type Kept<T> = Result<T> & { readonly replayed?: true; readonly made?: unknown };

/** How long the outcome of a request with an Idempotency-Key is kept. */
export const KEPT_MS = 86_400_000;

/** A larger answer is not kept, in characters. */
export const KEPT_CHARS_MAX = 65_536;

const STABLE: ReadonlySet<number> = new Set([400, 404, 410, 413, 415, 422, 428]);

/** Whether the same request is refused in the same way tomorrow, as far as its sender can do nothing about it. */
export const isStable = ({ code }: Refusal): boolean =>
  STABLE.has(ERRORS[code].status) && code !== 'idempotency_mismatch';
