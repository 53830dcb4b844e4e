// The one form of an action that its hash is made of (RFC 8785), so that a browser can check what it shows.

import { visible } from '../parts/visible.ts';

/** JSON with sorted keys and no spaces. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** The same value written for people: the keys in the same order, a member a line. */
export const spreadJson = (value: unknown): string =>
  visible(JSON.stringify(JSON.parse(canonicalJson(value)), null, 2));

/** `sha256:…` of the canonical form, made in this browser; null where it can make none (a page without TLS). */
export async function hashOf(value: unknown): Promise<string | null> {
  const { subtle } = globalThis.crypto;
  if (subtle === undefined) return null;
  const digest = await subtle.digest('SHA-256', new TextEncoder().encode(canonicalJson(value)));
  const text = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return `sha256:${text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}
