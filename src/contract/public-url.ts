// Which URLs Sluice calls by itself: webhooks, monitors, metadata documents, key sets. Who names such a URL must not reach
// through the server what they cannot reach themselves.

import { ok, type Result, refuse } from './error.ts';

/** What the rules need to know of a deployment. */
export interface OutboundEnv {
  readonly PUBLIC_ORIGIN?: string;
  readonly ALLOW_LOOPBACK_TARGETS?: string;
}

export const PUBLIC_URL_CHARACTERS = 2_048;

const PORTS: ReadonlySet<string> = new Set(['', '443', '8443']);
const LOOPBACK_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** Endings that name this machine, this network or nothing at all (RFC 6761, 6762, 7686, 8375 and what routers use). */
const PRIVATE_ENDINGS =
  /(^|\.)(localhost|localdomain|local|internal|intranet|private|lan|home|corp|mail|arpa|onion|alt|test|invalid|example)$/;
const PUBLIC_ENDING = /\.([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;
const LABELS = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]+$/;
/** Characters that a URL parser drops or turns round, so that a reader sees another URL than the server calls. */
const DECEPTIVE = /[^\x21-\x7e]|\\/;

/**
 * The URL, parsed, if Sluice may call it; else `url_not_allowed`. It is asked when a URL is kept and again before each
 * call. A public name that leads to a private address passes: only the network can stop that.
 */
export function assertPublicUrl(env: OutboundEnv, text: string): Result<URL> {
  if (text.length > PUBLIC_URL_CHARACTERS) return no('The URL is too long.');
  if (DECEPTIVE.test(text)) return no('The URL holds characters that must be encoded.');
  const url = parse(text);
  if (url === null) return no('This is not a URL.');
  if (url.username !== '' || url.password !== '' || /^[^/]*\/\/[^/?#]*@/.test(text)) {
    return no('The URL must not hold a user name or a password.');
  }
  if (isAllowedLoopback(env, url)) return ok(url);
  if (url.protocol !== 'https:') return no('The URL must begin with https.');
  if (!PORTS.has(url.port)) return no('The port must be 443 or 8443.');
  const host = url.hostname.replace(/\.$/, '');
  // The parser has turned every way to write an address of version 4 into four numbers, which are no ending.
  if (!LABELS.test(host) || !PUBLIC_ENDING.test(host) || PRIVATE_ENDINGS.test(host)) {
    return no('The URL must name a public host.');
  }
  if (isOurs(env, host)) return no('Sluice does not call itself.');
  return ok(url);
}

const no = (message: string) => refuse('url_not_allowed', message);

function parse(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

/** While a deployment is developed on a laptop, what it calls is there too. */
export function mayCallLoopback(env: OutboundEnv): boolean {
  if (env.ALLOW_LOOPBACK_TARGETS !== '1' || env.PUBLIC_ORIGIN === undefined) return false;
  const home = parse(env.PUBLIC_ORIGIN);
  return home !== null && LOOPBACK_NAMES.has(home.hostname);
}

const isAllowedLoopback = (env: OutboundEnv, url: URL): boolean =>
  mayCallLoopback(env) && url.protocol === 'http:' && LOOPBACK_NAMES.has(url.hostname);

function isOurs(env: OutboundEnv, host: string): boolean {
  const home = env.PUBLIC_ORIGIN === undefined ? null : parse(env.PUBLIC_ORIGIN);
  return host === home?.hostname || host === 'workers.dev' || host.endsWith('.workers.dev');
}
