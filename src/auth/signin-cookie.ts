// The cookie of a sign-in. `__Host-` pins it to this host and to https; Chromium takes http://localhost for secure, and
// for browsers that do not there is a second name, which counts at http://localhost only.

import { hex } from './id.ts';

/** Unused for so long, a sign-in ends. */
export const IDLE_MS = 12 * 3_600_000;
/** However much it is used, it ends then. */
export const LIFETIME_MS = 7 * 86_400_000;
/** One that can only register a passkey is for the minutes in which that is done. */
export const SETUP_MS = 15 * 60_000;

const NAME = '__Host-slc_s';
const LOCAL_NAME = 'slc_s';
const VALUE = /^[0-9a-f]{64}$/;
const LOCAL_ORIGIN = /^http:\/\/localhost(:\d{1,5})?(\/|$)/;

/** 256 random bits. */
export const newCookieValue = (): string => hex(crypto.getRandomValues(new Uint8Array(32)));

export const hasCookieForm = (value: string): boolean => VALUE.test(value);

/** The value of the sign-in cookie that came with a request for `url`, or null. */
export const readCookie = (header: string | undefined, url = ''): string | null =>
  cookieValue(header, url, [NAME, LOCAL_NAME]);

/** The value of the cookie of the first name, or at http://localhost of the second. */
export function cookieValue(
  header: string | undefined,
  url: string,
  [name, localName]: readonly [string, string],
): string | null {
  if (header === undefined) return null;
  const found = new Map<string, string>();
  for (const part of header.split(';')) {
    const [key = '', value = ''] = part.trim().split('=', 2);
    // The first of a name is the one of the longest path: whoever sets another cannot put it before ours.
    if (value !== '' && !found.has(key)) found.set(key, value);
  }
  const local = LOCAL_ORIGIN.test(url) ? found.get(localName) : undefined;
  return found.get(name) ?? local ?? null;
}

/** The headers `Set-Cookie` that keep a sign-in in the browser; null ends it. */
export function cookieHeaders(value: string | null, origin: string): readonly string[] {
  const end = value === null ? '; Max-Age=0' : `; Max-Age=${LIFETIME_MS / 1_000}`;
  const rest = `HttpOnly; SameSite=Lax${end}`;
  const headers = [`${NAME}=${value ?? ''}; Path=/; Secure; ${rest}`];
  if (LOCAL_ORIGIN.test(origin)) headers.push(`${LOCAL_NAME}=${value ?? ''}; Path=/; ${rest}`);
  return headers;
}
