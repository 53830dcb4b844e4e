// Ids: the time first, so that they sort by creation, then randomness that nobody guesses.

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/** `prefix_` and 26 characters of Crockford's base 32: 48 bits of time, 80 bits of randomness. */
export function newId(prefix: string, nowMs: number): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  let bits = BigInt(nowMs);
  for (const byte of random) bits = (bits << 8n) | BigInt(byte);
  return `${prefix}_${crockford(bits)}`;
}

/** `task_`, the milliseconds in base 36, and 20 hex digits of randomness. */
export function newTaskId(nowMs: number): string {
  return `task_${nowMs.toString(36)}_${hex(crypto.getRandomValues(new Uint8Array(10)))}`;
}

/** 128 bits as 26 characters of Crockford's base 32, in lower case. */
export function crockford(bits: bigint): string {
  let text = '';
  for (let place = 0; place < 26; place++) {
    text = CROCKFORD.charAt(Number((bits >> BigInt(5 * place)) & 31n)) + text;
  }
  return text;
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
