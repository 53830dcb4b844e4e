// An export held against the keys that the reader trusts, by the very rules of `sluice verify`. Pure but for WebCrypto.

import { BadEntry } from '../../../../verify/bad-entry.ts';
import { receiptKeysIn } from '../../../../verify/signatures.ts';
import { type Verified, verifyBundle } from '../../../../verify/verify-bundle.ts';

export type Checked =
  | { readonly isGood: true; readonly found: Verified }
  /** The first entry that does not hold, by its line. */
  | { readonly isGood: false; readonly line: number; readonly why: string };

/** A public key that everybody knows (RFC 8037, A.2). */
const KNOWN = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };

/** Whether this browser knows the signatures at all: for an older one, none would hold. */
export async function canCheck(): Promise<boolean> {
  try {
    await crypto.subtle.importKey('jwk', KNOWN, 'Ed25519', false, ['verify']);
    return true;
  } catch {
    return false;
  }
}

/** `keys`: a JSON Web Key Set as text. */
export async function checkBundle(file: Blob, keys: string): Promise<Checked> {
  try {
    const trusted = await receiptKeysIn(keys);
    return { isGood: true, found: await verifyBundle(chunksOf(file), trusted) };
  } catch (error) {
    if (!(error instanceof BadEntry)) throw error;
    return { isGood: false, line: error.line, why: error.message };
  }
}

async function* chunksOf(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
