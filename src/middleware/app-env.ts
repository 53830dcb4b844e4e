// What a request carries through the onion.

import type { Actor } from '../contract/principal.ts';

export interface AppEnv {
  Bindings: Env;
  Variables: {
    requestId: string;
    /** Set on every path but the public ones; `requireScope` answers for a route that asks for it. */
    actor: Actor;
    /** The body as JSON, once it was read and found fit to be looked at. */
    body: unknown;
  };
}
