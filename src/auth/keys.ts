// Keys of a deployment, each derived from ROOT_KEY by HKDF-SHA-256 under its own label, so that one
// secret has to be kept and no key serves two purposes.

export type KeyLabel = 'token-pepper' | 'agent-token' | 'cursor' | 'ticket';

export interface KeyEnv {
  readonly ROOT_KEY?: string;
}

const ROOT_KEY_BYTES = 32;
/** Finished keys only: a promise of one request must not be awaited by another. */
const keys = new Map<string, CryptoKey>();

/** The HMAC-SHA-256 key of this label. */
export async function deriveKey(env: KeyEnv, label: KeyLabel): Promise<CryptoKey> {
  const rootKey = env.ROOT_KEY;
  if (!rootKey) throw new Error('ROOT_KEY is not set: it must be 32 random bytes in base64.');
  const name = `${label} ${rootKey}`;
  const known = keys.get(name);
  if (known) return known;
  const root = await crypto.subtle.importKey('raw', decodeRootKey(rootKey), 'HKDF', false, [
    'deriveKey',
  ]);
  const key = await crypto.subtle.deriveKey(
    {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: new Uint8Array(),
      info: new TextEncoder().encode(label),
    },
    root,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign', 'verify'],
  );
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
