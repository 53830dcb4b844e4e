// How long tokens and the keys behind them are good for.

/** The life of an access token at most, in seconds. */
export const ACCESS_TOKEN_S = 600;
/** How far two clocks may differ, in seconds. */
export const LEEWAY_S = 5;
/** How long others may keep the published keys, in seconds. */
export const JWKS_MAX_AGE_S = 300;
/** How long an isolate goes on with the keys that it has read. */
export const KEYS_KEPT_MS = 60_000;
/** A key that stops signing is published until nothing it may have signed is valid. */
export const KEY_RETIRES_MS = KEYS_KEPT_MS + (ACCESS_TOKEN_S + LEEWAY_S) * 1000;
/** A key that is to sign is published first until every older copy of the keys has gone stale twice. */
export const KEY_PENDING_MS = 2 * JWKS_MAX_AGE_S * 1000;
/** How long a key signs. */
export const KEY_ACTIVE_MS = 30 * 86_400_000;
