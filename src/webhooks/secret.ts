// The secrets of an endpoint as Standard Webhooks writes them: bytes in base64 behind a prefix that names their kind.

const SECRET = 'whsec_';
const PRIVATE_KEY = 'whsk_';
const PUBLIC_KEY = 'whpk_';
const SECRET_BYTES = 32;
const BROUGHT_BYTES = { min: 24, max: 64 } as const;
const SEED_BYTES = 32;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** What stands before the seed of an Ed25519 key in PKCS#8 (RFC 8410 §7). */
const PKCS8_HEAD = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

export interface KeyPair {
  /** `whpk_…`: for the receiver. */
  readonly publicKey: string;
  /** `whsk_…`: seed and public key. */
  readonly privateKey: string;
}

const encode = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

function decode(text: string): Uint8Array<ArrayBuffer> | null {
  if (!BASE64.test(text)) return null;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

export const newSecret = (): string =>
  SECRET + encode(crypto.getRandomValues(new Uint8Array(SECRET_BYTES)));

/** The bytes behind `whsec_`; null for what is no secret of 24 to 64 bytes. */
export function secretBytes(secret: string): Uint8Array<ArrayBuffer> | null {
  const bytes = secret.startsWith(SECRET) ? decode(secret.slice(SECRET.length)) : null;
  if (bytes === null) return null;
  const { min, max } = BROUGHT_BYTES;
  return bytes.byteLength >= min && bytes.byteLength <= max ? bytes : null;
}

/** What may be shown of a secret: `whsec_MfKQ…LaSw`. */
export const secretHint = (secret: string): string =>
  `${secret.slice(0, SECRET.length + 4)}…${secret.slice(-4)}`;

/** An Ed25519 key pair of which the private part signs and the public one is shown. */
export async function newKeyPair(): Promise<KeyPair> {
  const seed = crypto.getRandomValues(new Uint8Array(SEED_BYTES));
  const key = await importSeed(seed, true);
  // A JWK of a private key holds its public part too (RFC 8037 §2).
  const { x = '' } = (await crypto.subtle.exportKey('jwk', key)) as JsonWebKey;
  const publicBytes = decode(padded(x.replaceAll('-', '+').replaceAll('_', '/')));
  if (publicBytes === null) throw new Error('The runtime exports no public key.');
  return {
    publicKey: PUBLIC_KEY + encode(publicBytes),
    privateKey: PRIVATE_KEY + encode(new Uint8Array([...seed, ...publicBytes])),
  };
}

const padded = (text: string): string => text.padEnd(Math.ceil(text.length / 4) * 4, '=');

/** The 32 bytes behind `whpk_`; null for anything else. */
export function publicKeyBytes(key: string): Uint8Array<ArrayBuffer> | null {
  const bytes = key.startsWith(PUBLIC_KEY) ? decode(key.slice(PUBLIC_KEY.length)) : null;
  return bytes?.byteLength === SEED_BYTES ? bytes : null;
}

/** The key that signs `v1`. Null for what is no secret. */
export async function importSecret(secret: string): Promise<CryptoKey | null> {
  const bytes = secretBytes(secret);
  if (bytes === null) return null;
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', bytes, hmac, false, ['sign']);
}

/** The key that signs `v1a`. Null for what is no private key. */
export async function importPrivateKey(key: string): Promise<CryptoKey | null> {
  const bytes = key.startsWith(PRIVATE_KEY) ? decode(key.slice(PRIVATE_KEY.length)) : null;
  if (bytes?.byteLength !== 2 * SEED_BYTES) return null;
  return importSeed(bytes.slice(0, SEED_BYTES), false);
}

const importSeed = (seed: Uint8Array, extractable: boolean): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    'pkcs8',
    new Uint8Array([...PKCS8_HEAD, ...seed]),
    { name: 'Ed25519' },
    extractable,
    ['sign'],
  );
