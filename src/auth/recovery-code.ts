// Recovery codes: what a person writes down at the first passkey, for the day when it is lost.

import { CROCKFORD } from '../contract/id.ts';

export const RECOVERY_CODES = 10;

const DIGITS = 26;

/** 130 random bits in lower-case base 32, in groups that can be read aloud. */
export function newRecoveryCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(DIGITS));
  const digits = Array.from(bytes, (byte) => CROCKFORD.charAt(byte & 31)).join('');
  return digits.replace(/.{5}(?!.?$)/g, (group) => `${group}-`);
}

/** The digits of a code as somebody typed it; null for what cannot be one. */
export function readRecoveryCode(typed: string): string | null {
  const digits = typed
    .toLowerCase()
    .replace(/[\s-]/g, '')
    .replaceAll('o', '0')
    .replace(/[il]/g, '1');
  return digits.length === DIGITS && /^[0-9a-hjkmnp-tv-z]+$/.test(digits) ? digits : null;
}
