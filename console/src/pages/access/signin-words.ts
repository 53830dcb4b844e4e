// What a sign-in says of itself, for people. Pure.

import { plain } from '../../parts/plain.ts';

/** In this order: each names itself beside those that come after it. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\w*\/(\d+)/, 'Edge'],
  [/OPR\/(\d+)/, 'Opera'],
  [/Firefox\/(\d+)/, 'Firefox'],
  [/Chrom\w*\/(\d+)/, 'Chrome'],
  [/Version\/(\d+).* Safari/, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Windows/, 'Windows'],
  [/Linux/, 'Linux'],
];
/** By which means (RFC 8176). */
const PROOFS: Readonly<Record<string, string>> = {
  pop: 'passkey',
  otp: 'link or recovery code',
  fed: 'identity provider',
};

/** The browser and the system as their makers call them; of an unknown one, what it says. */
export function browserOf(userAgent: string): string {
  const named = BROWSERS.map(([pattern, name]) => [pattern.exec(userAgent)?.[1], name] as const);
  const [version, name] = named.find(([found]) => found !== undefined) ?? [];
  if (version === undefined) return plain(userAgent) || 'unknown';
  const system = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1];
  return `${name} ${version}${system === undefined ? '' : ` on ${system}`}`;
}

/** By what somebody proved who they are. */
export const proofOf = (amr: readonly string[]): string =>
  amr
    .filter((one) => one !== 'user')
    .map((one) => PROOFS[one] ?? plain(one))
    .join(', ');
