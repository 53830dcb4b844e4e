import { z } from 'zod';

const crockford26 = '[0-9a-hjkmnp-tv-z]{26}';

/** The digits of base 32 in lower case: no i, l, o and u. */
export const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** The lowest bits of a number below 2^31, five a digit. */
export const digitsOf = (bits: number, count: number): string => {
  let text = '';
  for (let shift = 5 * (count - 1); shift >= 0; shift -= 5) {
    text += CROCKFORD.charAt((bits >> shift) & 31);
  }
  return text;
};

/** `prefix_` and 26 digits of lower-case Crockford base32, for 128 bits in 32 hex digits. */
export function writeId(prefix: string, hex: string): string {
  // 130 bits, of which the first two are zero: 8 make two digits, and each 20 after them four.
  let text = digitsOf(Number.parseInt(hex.slice(0, 2), 16), 2);
  for (let at = 2; at < 32; at += 5) {
    text += digitsOf(Number.parseInt(hex.slice(at, at + 5), 16), 4);
  }
  return `${prefix}_${text}`;
}

/** The milliseconds in 12 hex digits and 20 more: 128 bits that sort by time. */
export const timedHex = (nowMs: number, hex20: string): string =>
  nowMs.toString(16).padStart(12, '0') + hex20;

/** Where the ids of an instant begin, or would: what was made from then on is not below it. */
export const idFrom = (prefix: string, ms: number): string =>
  writeId(prefix, timedHex(ms, '0'.repeat(20)));

/** `task_<base36 ms>_<20 hex>`: sorts by creation. */
export const TASK_ID = /^task_[0-9a-z]{1,12}_[0-9a-f]{20}$/;
export const PROJECT_ID = new RegExp(`^prj_${crockford26}$`);
export const RUNNER_ID = new RegExp(`^run_${crockford26}$`);

export const ProjectId = z.string({ error: 'ProjectId must be a string' }).meta({
  description: 'Default: the default project of the caller.',
  example: 'prj_00000000000000000000000000',
});

/** The default project of the local owner in open mode; the same in every installation, so it needs no read. */
export const LOCAL_PROJECT_ID = 'prj_00000000000000000000000000';
export const LOCAL_OWNER_ID = 'usr_local';
