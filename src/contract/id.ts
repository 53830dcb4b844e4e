import { z } from 'zod';

const crockford26 = '[0-9a-hjkmnp-tv-z]{26}';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** `prefix_` and 26 digits of lower-case Crockford base32: 128 bits, the milliseconds first, so that ids sort by time. */
export function writeId(prefix: string, bits: bigint): string {
  // By small numbers: an id is made for each request, and one shift of a bigint is dear.
  const hex = bits.toString(16).padStart(32, '0');
  let text = '';
  let rest = 0;
  let held = 2;
  for (const digit of hex) {
    rest = (rest << 4) | Number.parseInt(digit, 16);
    held += 4;
    if (held < 5) continue;
    held -= 5;
    text += CROCKFORD.charAt(rest >> held);
    rest &= (1 << held) - 1;
  }
  return `${prefix}_${text}`;
}

/** 48 bits of time and 80 more. */
export const timedBits = (nowMs: number, bits80: bigint): bigint => (BigInt(nowMs) << 80n) | bits80;

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
