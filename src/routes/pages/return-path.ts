// Where to go after a sign-in: a place on this server, whatever a link says.

const LENGTH_MAX = 8_192;

/** The path with its query, or the account where the text is none: never another host (CWE-601). */
export function returnPath(text: string | undefined, origin: string): string {
  const home = '/signin/account';
  if (text === undefined || text.length > LENGTH_MAX) return home;
  // A second slash or a backslash would begin a host, and control characters vanish before a browser looks.
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(text) || text.includes('\\')) return home;
  const url = URL.canParse(text, origin) ? new URL(text, origin) : null;
  // Dot segments are gone by now: what stood behind them may have come to the front.
  if (url?.origin !== origin || url.pathname.startsWith('//')) return home;
  return `${url.pathname}${url.search}`;
}
