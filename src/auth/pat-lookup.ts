// Which person a personal access token belongs to.

import type { Result } from '../contract/error.ts';
import type { Caller } from '../contract/principal.ts';
import { type CredentialFacts, INVALID_CREDENTIAL } from './credential-facts.ts';
import type { LookupEnv } from './lookup.ts';

export async function patCaller(
  _env: LookupEnv,
  _facts: CredentialFacts,
  _token: string,
): Promise<Result<Caller>> {
  return INVALID_CREDENTIAL;
}
