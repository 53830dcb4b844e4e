// Step 4: every signature under a key that is trusted.

import { Buffer } from 'node:buffer';
import { calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose';
import { BadEntry } from './bad-entry.ts';

const MEMBERS = 'alg,crv,kid,kty,use,x';
const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]+$/;

export type TrustedKeys = ReadonlyMap<string, JWK>;

/** What comes out of a file may be anything, whatever its type says. */
const isMembered = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** A public key of the form that servers publish, named after its thumbprint (RFC 7638). */
export const isReceiptKey = async (jwk: JWK): Promise<boolean> =>
  isMembered(jwk) &&
  Object.keys(jwk).sort().join() === MEMBERS &&
  jwk.kty === 'OKP' &&
  jwk.crv === 'Ed25519' &&
  jwk.alg === 'EdDSA' &&
  jwk.use === 'sig' &&
  typeof jwk.x === 'string' &&
  jwk.x !== '' &&
  jwk.kid === (await calculateJwkThumbprint(jwk));

/** The payload, if the JWS is of this type and a trusted key has signed it. */
export const verifiedPayload = async (
  { jws, typ, line }: { readonly jws: string; readonly typ: string; readonly line: number },
  keys: TrustedKeys,
): Promise<Readonly<Record<string, unknown>>> => {
  const wrong = (what: string) => new BadEntry(line, what);
  const [header = '', , signature = ''] = jws.split('.');
  if (!SIGNED.test(jws)) throw wrong('it is no signed statement');
  const said = headerIn(header);
  if (said?.['typ'] !== typ) throw wrong(`it is no ${typ}`);
  const jwk = keys.get(String(said['kid']));
  if (said['alg'] !== 'EdDSA' || jwk === undefined) throw wrong('no trusted key has signed it');
  // Another spelling of the same bytes is a change too.
  if (Buffer.from(signature, 'base64url').toString('base64url') !== signature) {
    throw wrong('its signature is not written as it was');
  }
  try {
    const { payload } = await compactVerify(jws, await importJWK(jwk, 'EdDSA'), {
      algorithms: ['EdDSA'],
    });
    // The server's own words: it has signed them.
    return JSON.parse(new TextDecoder().decode(payload)) as Readonly<Record<string, unknown>>;
  } catch {
    throw wrong('its signature does not hold');
  }
};

/** The name of the key that a JWS says has signed it. */
export const kidOf = (jws: string): string =>
  String(headerIn(jws.slice(0, Math.max(0, jws.indexOf('.'))))?.['kid']);

const headerIn = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    // Looked at member by member.
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
};
