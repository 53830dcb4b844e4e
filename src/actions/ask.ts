import type { Actor, Credential } from '../contract/principal.ts';
import type { Idempotency } from '../contract/reply.ts';

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
  /** To be called when an object answers what it answered before to a request with this key. */
  readonly noteReplay: () => void;
  /** For what goes on after the answer; a failure of it is nobody's. */
  readonly later: (work: Promise<unknown>) => void;
}
