// What a request carries through the onion.

import type { Actor, Credential } from '../contract/principal.ts';

export interface AppEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    /** Set on every path but the public ones; the admission of a route answers for it. */
    actor: Actor;
    credential: Credential;
    /** The body as JSON, once it was read and found fit to be looked at. */
    body: unknown;
    /** Set where the request bears an Idempotency-Key. */
    idempotency: { readonly k: string; readonly fingerprint: string } | undefined;
  };
}
