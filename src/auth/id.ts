// Ids: the time first, so that they sort by creation, then randomness that nobody guesses.

import { CROCKFORD, digitsOf } from '../contract/id.ts';

const HEX = '0123456789abcdef';
const SUPPLY_BYTES = 2_048;

/** Random digits, made for many ids at once: an id is made for each request, and asking for a few bytes takes longer. */
class Digits {
  readonly #alphabet: string;
  #supply = '';
  #used = 0;

  /** Of 16 or 32 digits, so that a byte chooses evenly. */
  constructor(alphabet: string) {
    this.#alphabet = alphabet;
  }

  /** The next digits; none is given twice. */
  take(count: number): string {
    if (this.#used + count > this.#supply.length) this.#fill();
    this.#used += count;
    return this.#supply.slice(this.#used - count, this.#used);
  }

  #fill(): void {
    const last = this.#alphabet.length - 1;
    let supply = '';
    for (const byte of crypto.getRandomValues(new Uint8Array(SUPPLY_BYTES))) {
      supply += this.#alphabet.charAt(byte & last);
    }
    this.#supply = supply;
    this.#used = 0;
  }
}

const crockford = new Digits(CROCKFORD);
const hexadecimal = new Digits(HEX);

/** 80 bits that are used once. */
export const randomHex = (): string => hexadecimal.take(20);

/** `prefix_` and 26 characters of Crockford's base 32: 48 bits of time, 80 bits of randomness. */
export function newId(prefix: string, nowMs: number): string {
  // 50 bits in two halves, since a shift knows no more than 31.
  const time = digitsOf(Math.floor(nowMs / 2 ** 25), 5) + digitsOf(nowMs % 2 ** 25, 5);
  return `${prefix}_${time}${crockford.take(16)}`;
}

/** `task_`, the milliseconds in base 36, and 20 hex digits of randomness. */
export function newTaskId(nowMs: number): string {
  return `task_${nowMs.toString(36)}_${randomHex()}`;
}

/** Two digits a byte. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
