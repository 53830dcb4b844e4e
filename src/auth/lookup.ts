import type { KeyEnv } from './keys.ts';

/** What looking up a credential needs of the bindings. */
export interface LookupEnv extends KeyEnv {
  readonly DB: D1Database;
  readonly PUBLIC_ORIGIN?: string;
  readonly AUTH_MODE?: string;
}
