import { createHash } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text, 'utf8');

/** SHA-256 in base64url. A pure function; the one import of the domain from outside. */
export const sha256 = (text: string): string => digest(text).digest('base64url');

/** A digest of bytes that come one after the other. */
export interface RunningDigest {
  add(bytes: Uint8Array): void;
  /** SHA-256 of all of them, in hexadecimal digits. Nothing may be added after it. */
  end(): string;
}

export function runningDigest(): RunningDigest {
  const hash = createHash('sha256');
  return {
    add: (bytes) => {
      hash.update(bytes);
    },
    end: () => hash.digest('hex'),
  };
}

/** SHA-256 in hexadecimal digits. */
export const sha256Hex = (text: string): string => digest(text).digest('hex');

/** The first 128 bits of SHA-256, in base64url. */
export const digest128 = (text: string): string =>
  digest(text).digest().subarray(0, 16).toString('base64url');
