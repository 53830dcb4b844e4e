import type { Actor } from '../contract/principal.ts';

/** A request as an action sees it: who asks, when (in milliseconds), and where the bindings are. */
export interface Ask {
  readonly env: Env;
  readonly actor: Actor;
  readonly now: number;
}
