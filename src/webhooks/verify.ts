// Whether a delivery is one of ours, as a receiver checks it (Standard Webhooks), and why not.

import type { SignatureVersion, VerifyReason } from '../contract/webhook-verify.ts';

/** A clock may be so wrong, in seconds; the last of them still passes. */
export const TOLERANCE_S = 300;
/** So many signatures of one header are looked at: we send three. */
const SIGNATURES_MAX = 16;

/** What an endpoint signs with, as bytes. */
export interface VerifyKeys {
  readonly current: Uint8Array;
  /** Of a rotation whose grace is not over. */
  readonly previous: Uint8Array | null;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** The three headers as they came, and the very bytes of the body. */
export interface Received {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: Uint8Array;
}

export interface Verdict {
  readonly reason: VerifyReason | null;
  readonly signatureVersion: SignatureVersion | null;
  readonly key: 'current' | 'previous' | null;
  readonly ageSeconds: number | null;
}

export interface Fit {
  readonly signatureVersion: SignatureVersion;
  readonly key: 'current' | 'previous';
}

/** Says of a delivery whether it holds, at a time in unix seconds. The reasons are looked for in the order of their table. */
export async function verify(
  received: Received,
  keys: VerifyKeys,
  nowSeconds: number,
): Promise<Verdict> {
  const { id, timestamp, signature } = received;
  if (id === '' || timestamp === '' || signature === '') return failed('missing_header', null);
  if (!/^-?\d+$/.test(timestamp)) return failed('bad_timestamp', null);
  const age = nowSeconds - Number(timestamp);
  if (age > TOLERANCE_S) return failed('timestamp_too_old', age);
  if (age < -TOLERANCE_S) return failed('timestamp_too_new', age);
  const found = await findFit(received, keys);
  return found === null ? failed('no_match', age) : { reason: null, ...found, ageSeconds: age };
}

const failed = (reason: VerifyReason, age: number | null): Verdict => ({
  reason,
  signatureVersion: null,
  key: null,
  ageSeconds: age !== null && Number.isSafeInteger(age) ? age : null,
});

/** The first of the listed signatures that one of the keys has made, whatever the time. */
export async function findFit(received: Received, keys: VerifyKeys): Promise<Fit | null> {
  const text = signedBytes(received);
  const listed = signaturesOf(received.signature);
  const current = await macOf(keys.current, text);
  const previous = keys.previous === null ? null : await macOf(keys.previous, text);
  for (const { version, bytes } of listed) {
    if (version === 'v1a') {
      if (await fitsPublic(keys.publicKey, bytes, text)) {
        return { signatureVersion: 'v1a', key: 'current' };
      }
    } else if (isSame(bytes, current)) return { signatureVersion: 'v1', key: 'current' };
    else if (previous !== null && isSame(bytes, previous)) {
      return { signatureVersion: 'v1', key: 'previous' };
    }
  }
  return null;
}

interface Listed {
  readonly version: SignatureVersion;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Versions that nobody knows, and what is no base64, are passed over. */
function signaturesOf(header: string): readonly Listed[] {
  const parts = header.split(' ').filter((part) => part !== '');
  return parts.slice(0, SIGNATURES_MAX).flatMap((part): Listed[] => {
    const [version, text = ''] = part.split(',');
    if (version !== 'v1' && version !== 'v1a') return [];
    const bytes = bytesOf(text);
    return bytes === null ? [] : [{ version, bytes }];
  });
}

/** The bytes of a base64 text; null for what is none. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return null;
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

/** `<id>.<timestamp>.<body>`. */
function signedBytes({ id, timestamp, body }: Received): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`${id}.${timestamp}.`);
  const all = new Uint8Array(head.byteLength + body.byteLength);
  all.set(head);
  all.set(body, head.byteLength);
  return all;
}

async function macOf(key: Uint8Array, text: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', new Uint8Array(key), algorithm, false, [
    'sign',
  ]);
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, text));
}

async function fitsPublic(
  publicKey: Uint8Array,
  signature: Uint8Array<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (signature.byteLength !== 64) return false;
  const key = await crypto.subtle.importKey('raw', new Uint8Array(publicKey), 'Ed25519', false, [
    'verify',
  ]);
  return crypto.subtle.verify('Ed25519', key, signature, text);
}

/** Takes as long wherever the two differ. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.byteLength !== b.byteLength) return false;
  let difference = 0;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
