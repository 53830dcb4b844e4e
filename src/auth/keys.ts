// Keys of a deployment, each derived from ROOT_KEY by HKDF-SHA-256 under its own label, so that one
// secret has to be kept and no key serves two purposes.

export type KeyLabel = 'token-pepper' | 'cursor' | 'ticket' | 'dpop-nonce';
export type WrapLabel = 'jwk-wrap' | 'receipt-wrap' | 'webhook-wrap';

export interface KeyEnv {
  readonly ROOT_KEY?: string;
  /** The key before: what was wrapped under it can still be opened. */
  readonly ROOT_KEY_PREVIOUS?: string;
}

const ROOT_KEY_BYTES = 32;
/** Finished keys only: a promise of one request must not be awaited by another. */
const keys = new Map<string, CryptoKey>();

/** The HMAC-SHA-256 key of this label. */
export const deriveKey = (env: KeyEnv, label: KeyLabel): Promise<CryptoKey> =>
  derive(env.ROOT_KEY, label, {
    algorithm: { name: 'HMAC', hash: 'SHA-256', length: 256 },
    usages: ['sign', 'verify'],
  });

/** The AES-256-GCM keys of this label: the one that wraps, and before a rotation is over the one that did. */
export function deriveWrappingKeys(env: KeyEnv, label: WrapLabel): Promise<CryptoKey[]> {
  const roots = env.ROOT_KEY_PREVIOUS ? [env.ROOT_KEY, env.ROOT_KEY_PREVIOUS] : [env.ROOT_KEY];
  const kind: Kind = {
    algorithm: { name: 'AES-GCM', length: 256 },
    usages: ['encrypt', 'decrypt'],
  };
  return Promise.all(roots.map((root) => derive(root, label, kind)));
}

interface Kind {
  readonly algorithm: SubtleCryptoImportKeyAlgorithm;
  readonly usages: string[];
}

async function derive(
  rootKey: string | undefined,
  label: KeyLabel | WrapLabel,
  { algorithm, usages }: Kind,
): Promise<CryptoKey> {
  if (!rootKey) throw new Error('ROOT_KEY is not set: it must be 32 random bytes in base64.');
  const name = `${label} ${rootKey}`;
  const known = keys.get(name);
  if (known) return known;
  const root = await crypto.subtle.importKey('raw', decodeRootKey(rootKey), 'HKDF', false, [
    'deriveKey',
  ]);
  const info = new TextEncoder().encode(label);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info };
  const key = await crypto.subtle.deriveKey(hkdf, root, algorithm, false, usages);
  keys.set(name, key);
  return key;
}

function decodeRootKey(text: string): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64(text);
  if (bytes?.length === ROOT_KEY_BYTES) return bytes;
  throw new Error('ROOT_KEY is malformed: it must be 32 random bytes in base64.');
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
