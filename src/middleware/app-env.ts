// What a request carries through the onion.

import type { Actor, Credential } from '../contract/principal.ts';
import type { Quota } from './quota.ts';

export interface AppEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    /** Set on every path but the public ones; the admission of a route answers for it. */
    actor: Actor;
    credential: Credential;
    /** Our part of the trace that the request belongs to. */
    spanId: string | undefined;
    /** What the request takes from its limit, where it has one. */
    quota: Quota | undefined;
    /** The body as JSON, once it was read and found fit to be looked at. */
    body: unknown;
    /** Set where the request bears an Idempotency-Key. */
    idempotency: { readonly k: string; readonly fingerprint: string } | undefined;
  };
}
