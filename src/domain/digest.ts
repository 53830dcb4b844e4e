import { createHash } from 'node:crypto';

/** SHA-256 in base64url. A pure function; the one import of the domain from outside. */
export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

/** SHA-256 in hexadecimal digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
