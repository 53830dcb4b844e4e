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
