import type { Actor, Credential } from '../contract/principal.ts';

/** The Idempotency-Key of a request: under which name its outcome is kept, and what the request was. */
export interface Idempotency {
  /** Principal, method, route and key, hashed. */
  readonly k: string;
  readonly fingerprint: string;
}

/** A request as an action sees it: who asks, when (in milliseconds), and where the bindings are. */
export interface Ask {
  readonly env: Env;
  readonly actor: Actor;
  readonly credential: Credential;
  readonly now: number;
  readonly requestId: string;
  /** The origin under which the server was asked. */
  readonly origin: string;
  /** The address it comes from, cut to /24 or /48; null where the platform does not say. */
  readonly ipPrefix: string | null;
  /** The header `AeThex-Environment`. */
  readonly environment: string | undefined;
  readonly idempotency: Idempotency | null;
}
