// Where an authorization may return to (RFC 6749 §3.1.2, RFC 8252 §7, OAuth 2.1 §2.3): to what was registered, to the letter.

export type RedirectKind = 'web' | 'native' | 'metadata';

export const REDIRECT_URI_CHARACTERS = 2_048;
export const REDIRECT_URIS_MAX = 20;

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d{1,5})?(?=[/?]|$)/;
/** RFC 8252 §7.1: a name of a domain turned round, so that it is its owner's. */
const PRIVATE_USE = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:/;
const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/;
/** What a browser runs, reads or downloads by itself. */
const ORDINARY =
  /^(javascript|data|vbscript|file|blob|about|ftp|wss?|https?|mailto|tel|view-source):/;

/** Why this URI must not be registered for such a client, as a sentence; null for a good one. */
export function checkRedirectUri(uri: string, kind: RedirectKind): string | null {
  if (uri.length > REDIRECT_URI_CHARACTERS) {
    return `A redirect URI has at most ${REDIRECT_URI_CHARACTERS} characters.`;
  }
  if (!/^[\x21-\x7e]+$/.test(uri) || /[\\*]/.test(uri)) {
    return 'A redirect URI holds no spaces, wildcards, backslashes or characters beyond ASCII.';
  }
  if (uri.includes('#')) return 'A redirect URI has no fragment.';
  if (!URL.canParse(uri)) return 'A redirect URI must be a whole URI.';
  const url = new URL(uri);
  if (url.username !== '' || url.password !== '' || /^[^/]*\/\/[^/?]*@/.test(uri)) {
    return 'A redirect URI holds no user name and no password.';
  }
  return checkScheme(uri, url, kind);
}

function checkScheme(uri: string, url: URL, kind: RedirectKind): string | null {
  if (url.protocol === 'https:') {
    // The parser lets more pass as a host than is one; a `;` would end the policy of the page that names it.
    if (!HOST.test(url.hostname))
      return 'A redirect URI names a host by letters, digits, dots and hyphens.';
    // What the parser writes otherwise, such as a host in capitals, would never be equal to what is sent.
    return url.hostname === hostAsWritten(uri) ? null : 'The host must be written in lower case.';
  }
  if (kind === 'web') return 'A web client returns to https only.';
  if (url.protocol === 'http:') {
    return LOOPBACK.test(uri) ? null : 'http is for 127.0.0.1, [::1] and localhost only.';
  }
  if (ORDINARY.test(uri) || !PRIVATE_USE.test(uri)) {
    return 'A private-use scheme is in lower case and has a dot, as in com.example.app.';
  }
  return kind === 'native' ? null : 'Only a native client returns to a scheme of its own.';
}

const hostAsWritten = (uri: string): string | undefined =>
  /^https:\/\/(\[[^\]]*\]|[^/:?]+)/.exec(uri)?.[1];

/**
 * Whether `asked` is one of the registered URIs: the same string, but for the port where both are on loopback, since an
 * app takes the port that is free (RFC 8252 §7.3).
 */
export function matchesRedirectUri(registered: readonly string[], asked: string): boolean {
  if (asked.length > REDIRECT_URI_CHARACTERS) return false;
  if (registered.includes(asked)) return true;
  const bare = withoutPort(asked);
  return bare !== null && registered.some((uri) => withoutPort(uri) === bare);
}

/** Null for what is not on loopback: there, a port is part of what was registered. */
function withoutPort(uri: string): string | null {
  const match = LOOPBACK.exec(uri);
  if (match === null || uri.includes('#') || Number(match[2]?.slice(1) ?? 0) > 65_535) return null;
  return `http://${match[1]}${uri.slice(match[0].length)}`;
}

/** Whether it returns to this machine: anything that runs here can listen there. */
export const isLoopbackRedirect = (uri: string): boolean => LOOPBACK.test(uri);

/** What `form-action` of a page has to name, so that Chromium follows the answer of its form there. */
export function formActionOf(uri: string): string {
  const { protocol, origin } = new URL(uri);
  // A policy knows no address of version 6 as a host.
  if (uri.startsWith('http://[')) return 'http:';
  return protocol === 'http:' || protocol === 'https:' ? origin : protocol;
}
