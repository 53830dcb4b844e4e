// Step 4: every signature under a key that is trusted.

import { BadEntry } from './bad-entry.ts';
import { fromBase64url } from './base64url.ts';
import { sha256 } from './digest.ts';

/** A public key as it came, looked at member by member. */
export type Jwk = Readonly<Record<string, unknown>>;
export type TrustedKeys = ReadonlyMap<string, Jwk>;

const MEMBERS = 'alg,crv,kid,kty,use,x';
const HEADER_MEMBERS = 'alg,kid,typ';
const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** What comes out of a file may be anything, whatever its type says. */
const isMembered = (value: unknown): value is Jwk => typeof value === 'object' && value !== null;

/** A public key of the form that servers publish, named after its thumbprint (RFC 7638). */
export const isReceiptKey = async (jwk: unknown): Promise<boolean> =>
  isMembered(jwk) &&
  Object.keys(jwk).sort().join() === MEMBERS &&
  jwk['kty'] === 'OKP' &&
  jwk['crv'] === 'Ed25519' &&
  jwk['alg'] === 'EdDSA' &&
  jwk['use'] === 'sig' &&
  typeof jwk['x'] === 'string' &&
  jwk['x'] !== '' &&
  jwk['kid'] === (await sha256(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x: jwk['x'] })));

/** Those keys of a JSON Web Key Set that are of receipts, by their names. */
export const receiptKeysIn = async (text: string): Promise<TrustedKeys> => {
  const map = new Map<string, Jwk>();
  for (const jwk of keysIn(text)) {
    if (isMembered(jwk) && (await isReceiptKey(jwk))) map.set(String(jwk['kid']), jwk);
  }
  return map;
};

const keysIn = (text: string): readonly unknown[] => {
  try {
    const set: unknown = JSON.parse(text);
    return isMembered(set) && Array.isArray(set['keys']) ? set['keys'] : [];
  } catch {
    return [];
  }
};

/** The payload, if the JWS is of this type and a trusted key has signed it. */
export const verifiedPayload = async (
  { jws, typ, line }: { readonly jws: string; readonly typ: string; readonly line: number },
  keys: TrustedKeys,
): Promise<Readonly<Record<string, unknown>>> => {
  const wrong = (what: string) => new BadEntry(line, what);
  const [header = '', payload = '', signature = ''] = jws.split('.');
  if (!SIGNED.test(jws)) throw wrong('it is no signed statement');
  const said = jsonIn(header);
  if (said?.['typ'] !== typ) throw wrong(`it is no ${typ}`);
  const jwk = keys.get(String(said['kid']));
  if (said['alg'] !== 'EdDSA' || jwk === undefined) throw wrong('no trusted key has signed it');
  // A header that asks for more (`crit`, `b64`) would have to be understood (RFC 7515, 4.1.11).
  if (Object.keys(said).sort().join() !== HEADER_MEMBERS) throw wrong(`it is no ${typ}`);
  const bytes = fromBase64url(signature);
  // Another spelling of the same bytes is a change too.
  if (bytes === null) throw wrong('its signature is not written as it was');
  const isGood = await holds(jwk, bytes, `${header}.${payload}`);
  const value = isGood ? jsonIn(payload) : undefined;
  if (value === undefined) throw wrong('its signature does not hold');
  return value;
};

const holds = async (
  jwk: Jwk,
  signature: Uint8Array<ArrayBuffer>,
  text: string,
): Promise<boolean> => {
  try {
    const { kty, crv, x } = { kty: 'OKP', crv: 'Ed25519', x: String(jwk['x']) };
    const key = await crypto.subtle.importKey('jwk', { kty, crv, x }, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, signature, new TextEncoder().encode(text));
  } catch {
    return false;
  }
};

/** The name of the key that a JWS says has signed it. */
export const kidOf = (jws: string): string =>
  String(jsonIn(jws.slice(0, Math.max(0, jws.indexOf('.'))))?.['kid']);

const jsonIn = (text: string): Readonly<Record<string, unknown>> | undefined => {
  const bytes = fromBase64url(text);
  if (bytes === null) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isMembered(value) ? value : undefined;
  } catch {
    return undefined;
  }
};
