// Open mode trusts every process of the machine, but no web page: a foreign Host means DNS rebinding,
// a foreign Origin or a cross-site fetch means a page that a browser shows.

import { ok, type Result, refuse } from '../contract/error.ts';

export interface OriginFacts {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  /** Whether the request carries a credential: it is judged by that then, under any name. */
  readonly hasCredential: boolean;
}

const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Open mode is anything that `AUTH_MODE` says in exactly this word; all else is required mode. */
export function isOpenMode(env: { readonly AUTH_MODE?: string }): boolean {
  return env.AUTH_MODE === 'open';
}

/** Whether a request in open mode comes from this machine and from no foreign page. */
export function checkOrigin(facts: OriginFacts): Result<null> {
  if (!facts.hasCredential && !isLoopbackHost(facts.host)) {
    return refuse('forbidden_host', 'In open mode the server answers as localhost only.');
  }
  // A form of a page that names no referrer has the origin `null`, and the browser vouches for where it stands.
  const isOwnForm = facts.origin === 'null' && facts.fetchSite === 'same-origin';
  if (facts.origin !== undefined && !isOwnForm && !isLoopbackOrigin(facts.origin)) {
    return refuse('forbidden_origin', 'Requests from foreign web pages are refused.');
  }
  if (facts.fetchSite === 'cross-site') {
    return refuse('forbidden_origin', 'Requests from foreign web pages are refused.');
  }
  return ok(null);
}

/** True for a Host header that names this machine, with any port. */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  return LOOPBACK_NAMES.has(host.replace(/:\d{1,5}$/, '').toLowerCase());
}

/** True for an Origin header of a page that this machine serves. */
export function isLoopbackOrigin(origin: string): boolean {
  const match = /^https?:\/\/([^/?#@\\]+)$/.exec(origin);
  return match !== null && isLoopbackHost(match[1]);
}
