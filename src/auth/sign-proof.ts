import { CompactSign } from 'jose';
import type { Signer } from './import-signing-key.ts';

/** A compact JWS over this very text. Ed25519 is deterministic: the same text under the same key is the same JWS. */
export function signProof(
  { kid, alg, key }: Signer,
  typ: string,
  payload: string,
): Promise<string> {
  return new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg, kid, typ })
    .sign(key);
}
