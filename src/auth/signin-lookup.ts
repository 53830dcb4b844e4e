// Which person a sign-in cookie belongs to.

import type { Result } from '../contract/error.ts';
import type { Caller } from '../contract/principal.ts';
import { type CredentialFacts, INVALID_CREDENTIAL } from './credential-facts.ts';
import type { LookupEnv } from './lookup.ts';

const NAMES = ['__Host-slc_s', 'slc_s'] as const;

/** The value of the sign-in cookie, or null. */
export function readCookie(header: string | undefined): string | null {
  if (header === undefined) return null;
  for (const part of header.split(';')) {
    const [name = '', value = ''] = part.trim().split('=', 2);
    if ((NAMES as readonly string[]).includes(name) && value !== '') return value;
  }
  return null;
}

export async function signinCaller(
  _env: LookupEnv,
  _facts: CredentialFacts,
  _cookie: string,
): Promise<Result<Caller>> {
  return INVALID_CREDENTIAL;
}
