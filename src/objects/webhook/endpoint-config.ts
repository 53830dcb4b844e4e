import { unwrapText } from '../../auth/wrapping.ts';
import { logLine } from '../../contract/log-line.ts';
import { type EndpointRow, findEndpointForSending } from '../../db/webhook-endpoints.ts';
import { deliveryBackoffMs } from '../../domain/backoff.ts';
import { importPrivateKey, importSecret } from '../../webhooks/secret.ts';
import type { SigningKeys } from '../../webhooks/sign.ts';

/** A change that nobody told of is seen this much later. */
const REMEMBERED_MS = 60_000;

export interface Endpoint {
  readonly row: EndpointRow;
  /** Null: they were wrapped under a key that this deployment does not have. */
  readonly keys: SigningKeys | null;
}

/** `away`: D1 did not answer. */
export type Look = Endpoint | 'gone' | 'away';

/** The endpoint as its row in D1 says, with its keys, in memory. */
export class EndpointConfig {
  readonly #env: Env;
  readonly #id: string;
  #known: { readonly endpoint: Endpoint; readonly at: number } | null = null;
  #changes = 0;
  #attempts = 0;
  #retryAt: number | null = null;

  constructor(env: Env, id: string) {
    this.#env = env;
    this.#id = id;
  }

  /** As it was when it was last read; null: it has to be read. */
  get known(): Endpoint | null {
    return this.#known?.endpoint ?? null;
  }

  /** When D1 is asked again that did not answer. */
  get retryAt(): number | null {
    return this.#retryAt;
  }

  /** It was changed. */
  forget(): void {
    this.#changes++;
    this.#known = null;
    this.#retryAt = null;
  }

  /** The project knows the endpoint by this revision. */
  revisionIs(revision: number): void {
    const known = this.#known?.endpoint.row.revision;
    if (known !== undefined && known < revision) this.forget();
  }

  async look(now: number): Promise<Look> {
    if (this.#known !== null && now - this.#known.at < REMEMBERED_MS) return this.#known.endpoint;
    if (this.#retryAt !== null && this.#retryAt > now) return 'away';
    try {
      const endpoint = await this.#read(now);
      this.#attempts = 0;
      this.#retryAt = null;
      return endpoint ?? 'gone';
    } catch (error) {
      this.#retryAt = now + deliveryBackoffMs(++this.#attempts);
      const message = 'An endpoint was not read';
      console.error(logLine({ level: 'warn', message, endpoint: this.#id, error: String(error) }));
      return 'away';
    }
  }

  async #read(now: number): Promise<Endpoint | null> {
    for (;;) {
      const before = this.#changes;
      const row = await findEndpointForSending(this.#env, this.#id);
      const endpoint = row === null ? null : { row, keys: await this.#keysOf(row) };
      // Read again what has changed while it was being read.
      if (before !== this.#changes) continue;
      this.#known = endpoint === null ? null : { endpoint, at: now };
      return endpoint;
    }
  }

  async #keysOf(row: EndpointRow): Promise<SigningKeys | null> {
    const { secretWrapped, previousWrapped, edPrivateWrapped } = row;
    const open = (wrapped: string) => unwrapText(this.#env, 'webhook-wrap', wrapped);
    const [secret, previous, privateKey] = await Promise.all([
      open(secretWrapped),
      previousWrapped === null ? null : open(previousWrapped),
      open(edPrivateWrapped),
    ]);
    const current = secret === null ? null : await importSecret(secret);
    const ed25519 = privateKey === null ? null : await importPrivateKey(privateKey);
    if (current === null || ed25519 === null) return null;
    return { current, ed25519, previous: previous === null ? null : await importSecret(previous) };
  }
}

/** The keys that sign at a time: the previous secret until its grace is over. */
export const keysAt = ({ row, keys }: Endpoint, now: number): SigningKeys | null => {
  if (keys === null || keys.previous === null) return keys;
  return row.previousUntil !== null && now < row.previousUntil ? keys : { ...keys, previous: null };
};
