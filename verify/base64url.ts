// Bytes as text (RFC 4648), without anything of one platform.

const binaryOf = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

/** Base64 with padding. */
export const toBase64 = (bytes: Uint8Array): string => btoa(binaryOf(bytes));

/** Base64url without padding. */
export const toBase64url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/** The bytes of base64; null where it is none, or is not written in the one way in which we write it. */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> | null => {
  const bytes = decoded(text);
  return bytes !== null && toBase64(bytes) === text ? bytes : null;
};

/** The bytes of base64url, likewise. */
export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> | null => {
  const bytes = decoded(text.replaceAll('-', '+').replaceAll('_', '/'));
  return bytes !== null && toBase64url(bytes) === text ? bytes : null;
};

const decoded = (text: string): Uint8Array<ArrayBuffer> | null => {
  try {
    return Uint8Array.from(atob(text), (digit) => digit.charCodeAt(0));
  } catch {
    return null;
  }
};
