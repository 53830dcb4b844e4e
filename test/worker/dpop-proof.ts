// Proofs of DPoP as a client makes them (RFC 9449 §4), with what is to be wrong about them.

import { base64url, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ORIGIN } from './ask.ts';

export interface ProofKey {
  readonly jkt: string;
  readonly prove: (
    path: string,
    over?: Readonly<Record<string, unknown>>,
    header?: Readonly<Record<string, unknown>>,
  ) => Promise<string>;
}

export async function athOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token));
  return base64url.encode(new Uint8Array(digest));
}

export async function newProofKey(alg: 'ES256' | 'EdDSA' = 'ES256'): Promise<ProofKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    jkt: await calculateJwkThumbprint(jwk),
    prove: (path, over = {}, header = {}) =>
      new SignJWT({
        htm: 'POST',
        htu: ORIGIN + path,
        jti: crypto.randomUUID(),
        iat: Math.floor(Date.now() / 1000),
        ...over,
      })
        .setProtectedHeader({ alg, typ: 'dpop+jwt', jwk, ...header })
        .sign(privateKey),
  };
}
