// The secret that makes the first owner. The server is given its hash and its end; whoever has the link has the secret.
import { createHash, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const LIFE_S = 900;

export interface Bootstrap {
  /** For a browser: what follows the `#` is never sent, and so stands in no log. */
  readonly link: string;
  /** For the setting BOOTSTRAP of the server. */
  readonly setting: string;
}

const checksum = (text: string): string => {
  let value = crc32(text);
  let digits = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    digits = ALPHABET.charAt(value % ALPHABET.length) + digits;
    value = Math.floor(value / ALPHABET.length);
  }
  return digits;
};

const newSecret = (): string => {
  const digits = Array.from({ length: RANDOM_LENGTH }, () =>
    ALPHABET.charAt(randomInt(ALPHABET.length)),
  );
  const body = `slc_boot_${digits.join('')}`;
  return body + checksum(body);
};

/** A new one for 15 minutes: for the first owner, or for the person who is to be let in again. */
export const newBootstrap = (
  origin: string,
  options: { readonly now: number; readonly userId?: string | undefined },
): Bootstrap => {
  const secret = newSecret();
  const expiry = Math.floor(options.now / 1_000) + LIFE_S;
  const hash = createHash('sha256').update(secret).digest('hex');
  const person = options.userId === undefined ? '' : `.${options.userId}`;
  return { link: `${origin}/bootstrap#${secret}`, setting: `${expiry}.${hash}${person}` };
};
