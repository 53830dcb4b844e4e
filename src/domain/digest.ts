import { createHash } from 'node:crypto';

/** SHA-256 in base64url. A pure function; the one import of the domain from outside. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

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
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
