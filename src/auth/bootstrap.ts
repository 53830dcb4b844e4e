// The setting BOOTSTRAP: `<unix expiry>.<sha256 hex>[.usr_…]`. The secret itself is with the operator, in the fragment of
// a link, and so in no log.

import { hex } from './id.ts';
import { hasGoodChecksum } from './secret.ts';

export interface BootstrapTerms {
  /** Of the secret: what is used up when it is used. */
  readonly digest: string;
  readonly expiresAtMs: number;
  /** The person who is let in again; null: the first owner is made. */
  readonly userId: string | null;
}

const FORM = /^(\d{1,12})\.([0-9a-f]{64})(?:\.(usr_[0-9a-z]{1,40}))?$/;

/** The setting in its parts; null where there is none, or a malformed one. */
export function readBootstrapSetting(setting: string | undefined): BootstrapTerms | null {
  const match = FORM.exec(setting?.trim() ?? '');
  if (match === null) return null;
  const [, expiry = '0', digest = '', userId = null] = match;
  return { digest, expiresAtMs: Number(expiry) * 1_000, userId };
}

/** What the secret is good for now; null for a wrong one, a late one, and where there is no such setting. */
export async function bootstrapTerms(
  setting: string | undefined,
  secret: string,
  nowMs: number,
): Promise<BootstrapTerms | null> {
  const terms = readBootstrapSetting(setting);
  if (terms === null || terms.expiresAtMs <= nowMs || !hasGoodChecksum(secret, 'boot')) return null;
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret));
  return isSame(hex(new Uint8Array(bytes)), terms.digest) ? terms : null;
}

/** In constant time, whatever the two differ in. */
function isSame(one: string, other: string): boolean {
  const encoder = new TextEncoder();
  const [a, b] = [encoder.encode(one), encoder.encode(other)];
  return a.byteLength === b.byteLength && crypto.subtle.timingSafeEqual(a, b);
}
