// Secrets as clients hold them: `slc_<type>_`, 30 random characters, and a checksum that is tested
// before any read, so that a typing error or a random string costs no look-up.

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_LENGTH = 30;
const CHECKSUM_LENGTH = 6;
const FORM = /^slc_[a-z]{2,4}_[0-9A-Za-z]{36}$/;

export type SecretType = 'pat' | 'cs' | 'rt' | 'ac' | 'wst' | 'dc' | 'boot' | 'inv' | 'run';

/** A new secret with 178 random bits. It is shown once; at rest only its hash is kept. */
export function newSecret(type: SecretType): string {
  const body = `slc_${type}_${randomBase62(RANDOM_LENGTH)}`;
  return body + checksum(body);
}

/** True for a text of the right form whose last six characters fit the rest. */
export function hasGoodChecksum(secret: string, type: SecretType): boolean {
  if (!FORM.test(secret) || !secret.startsWith(`slc_${type}_`)) return false;
  return checksum(secret.slice(0, -CHECKSUM_LENGTH)) === secret.slice(-CHECKSUM_LENGTH);
}

/** CRC-32 (IEEE) of the text as six base 62 digits, padded with zeros. */
export function checksum(text: string): string {
  let value = crc32(text);
  let digits = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    digits = ALPHABET.charAt(value % 62) + digits;
    value = Math.floor(value / 62);
  }
  return digits;
}

function crc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      // 248 is the largest multiple of 62 below 256: bytes from there on would favour low digits.
      if (byte < 248 && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}
