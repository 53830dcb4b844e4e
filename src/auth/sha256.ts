import { base64url } from 'jose';

/** SHA-256 of a text in base64url, as RFC 7636 and RFC 9449 want it. */
export async function sha256Text(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return base64url.encode(new Uint8Array(digest));
}
