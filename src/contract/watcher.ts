import type { Sight } from './feed.ts';

/** By what a socket was opened. The Worker says it to the object, which closes the socket when that has died. */
export interface Watcher extends Sight {
  /** The credential, its principal, grant and client: with any of them the socket dies. Empty for the local owner. */
  readonly subjects: readonly string[];
  /** When the credential ends, in milliseconds; null: not by itself. */
  readonly expiresAt: number | null;
  /** When the credential was found to be good, in milliseconds. */
  readonly checkedAt: number;
}

/** The header by which the Worker tells an object; only the Worker reaches one. */
export const WATCHER_HEADER = 'x-sluice-watcher';
