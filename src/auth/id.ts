// Ids: the time first, so that they sort by creation, then randomness that nobody guesses.

import { timedBits, writeId } from '../contract/id.ts';

/** `prefix_` and 26 characters of Crockford's base 32: 48 bits of time, 80 bits of randomness. */
export function newId(prefix: string, nowMs: number): string {
  const random = BigInt(`0x${hex(crypto.getRandomValues(new Uint8Array(10)))}`);
  return writeId(prefix, timedBits(nowMs, random));
}

/** `task_`, the milliseconds in base 36, and 20 hex digits of randomness. */
export function newTaskId(nowMs: number): string {
  return `task_${nowMs.toString(36)}_${hex(crypto.getRandomValues(new Uint8Array(10)))}`;
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
