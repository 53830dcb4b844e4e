// Digests as the log and the gates have them, by WebCrypto: the same in a browser, in Node and in the Worker.

import { toBase64url } from './base64url.ts';
import { canonicalJson } from './canonical-json.ts';

const utf8 = new TextEncoder();

const digested = async (bytes: BufferSource): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/** SHA-256 in base64url, as the chain of the log has it. */
export const sha256 = async (text: string): Promise<string> =>
  toBase64url(await digested(utf8.encode(text)));

/** SHA-256 in hexadecimal digits, as files have it. */
export const sha256Hex = async (bytes: BufferSource): Promise<string> =>
  Array.from(await digested(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The digest of a value in its canonical form, as gates have it. */
export const valueHash = async (value: unknown): Promise<string> =>
  `sha256:${await sha256(canonicalJson(value))}`;

/** SHA-256 over bytes that come one after another. */
export interface RunningDigest {
  readonly update: (bytes: Uint8Array) => void;
  /** Of all that has come so far, in hexadecimal digits. */
  readonly hex: () => Promise<string>;
}

/** WebCrypto digests whole messages only: this one keeps what has come. */
export const keptDigest = (): RunningDigest => {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  return {
    update: (bytes) => void parts.push(bytes.slice()),
    hex: async () => sha256Hex(await new Blob(parts).arrayBuffer()),
  };
};
