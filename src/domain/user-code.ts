// The code that a person carries from a device to their browser (RFC 8628 §6.1): consonants only, so that it spells nothing.

const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 8;
/** The largest multiple of 20 that a byte holds: from there on low letters would be favoured. */
const FAIR = 240;

/** `WDJB-MJHT` out of random bytes, of which the unfair are dropped; null where too few are left. */
export function userCodeOf(bytes: Iterable<number>): string | null {
  let text = '';
  for (const byte of bytes) {
    if (byte < FAIR && text.length < LENGTH) text += LETTERS.charAt(byte % LETTERS.length);
  }
  return text.length === LENGTH ? written(text) : null;
}

/** The code that somebody has typed, in any case and with any marks between; null for what is none. */
export function readUserCode(typed: string): string | null {
  const text = typed.toUpperCase().replace(/[\s\-_.‐-―]/g, '');
  return text.length === LENGTH && [...text].every((letter) => LETTERS.includes(letter))
    ? written(text)
    : null;
}

const written = (text: string): string => `${text.slice(0, 4)}-${text.slice(4)}`;
