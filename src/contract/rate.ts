// How often one may ask.

/** So many requests within a window that begins with the first of them. */
export interface RatePolicy {
  readonly name: RatePolicyName;
  readonly limit: number;
  readonly windowMs: number;
}

export type RatePolicyName = keyof typeof RATE_LIMITS;

/** What taking from a policy came to. `resetAt` is the end of the window, in milliseconds. */
export interface Taken {
  readonly ok: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: number;
}

export const RATE_WINDOW_MS = 60_000;
export const RATE_LIMIT_DEFAULT = 600;

/** Requests a minute. A deployment that raises the default, as a laptop does, raises all of them with it. */
export const RATE_LIMITS = {
  /** Of a credential. */
  default: RATE_LIMIT_DEFAULT,
  /** Of an address, for requests without a valid credential. */
  anonymous: RATE_LIMIT_DEFAULT,
  /** Of a client, at the token endpoint. */
  token: 60,
  verify: 60,
  gate: 60,
  invite: 10,
  /** Of an address, at the doors of signing in: each ceremony is a row. */
  signin: 60,
  /** Of an address: recovery codes and bootstrap secrets are guessed here. */
  recovery: 10,
  /** Reports of leaked tokens, of an address. Those beyond it are answered as all others, and not looked at. */
  leak: 10,
  /** Of an address before anybody is looked up; counted at the edge, as `wrangler.toml` says. */
  address: 1_200,
  /** Of a principal with all its credentials; counted there too. */
  principal: 6_000,
} as const;

/** Where it is better to answer nothing than to answer uncounted: secrets are guessed here, or people decide. */
export const STRICT_POLICIES: ReadonlySet<RatePolicyName> = new Set(['token', 'gate', 'recovery']);
