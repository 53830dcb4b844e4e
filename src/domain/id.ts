import { sha256Hex } from './digest.ts';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** Writes `value` in `length` digits of lower-case Crockford base32. */
function base32(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let digit = 0; digit < length; digit += 1) {
    text = `${CROCKFORD[Number(rest & 31n)]}${text}`;
    rest >>= 5n;
  }
  return text;
}

/**
 * An id that follows from what it names: 48 bits of time, 80 bits of digest. The core makes ids without randomness,
 * so that the same history gives the same ids; none of them is a secret.
 */
export function derivedId(
  prefix: string,
  nowMs: number,
  ...parts: readonly (string | number)[]
): string {
  const digest = BigInt(`0x${sha256Hex(parts.join('\n')).slice(0, 20)}`);
  return `${prefix}_${base32(BigInt(nowMs), 10)}${base32(digest, 16)}`;
}
