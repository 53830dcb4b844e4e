// Who asks: the credential of a request made a caller. Nothing else in a request says who it is from.

import { type Result, refuse } from '../contract/error.ts';
import type { Caller } from '../contract/principal.ts';
import { accessTokenCaller } from './access-token-lookup.ts';
import { type CredentialFacts, INVALID_CREDENTIAL } from './credential-facts.ts';
import { localOwner } from './local-owner.ts';
import type { LookupEnv } from './lookup.ts';
import { isLoopbackHost, isOpenMode } from './origin.ts';
import { patCaller } from './pat-lookup.ts';
import { findRunnerCaller } from './runner-lookup.ts';
import { hasGoodChecksum } from './secret.ts';
import { readCookie } from './signin-cookie.ts';
import { signinCaller } from './signin-lookup.ts';

const UNAUTHORIZED = refuse('unauthorized', 'Authentication is required.');

/** A credential that is sent is always checked: a bad one is never the local owner. */
export function authenticate(
  env: LookupEnv,
  facts: CredentialFacts,
): Result<Caller> | Promise<Result<Caller>> {
  const { authorization } = facts;
  if (authorization !== undefined) return byHeader(env, facts, authorization);
  const cookie = readCookie(facts.cookie, facts.url);
  if (cookie !== null) return signinCaller(env, facts, cookie);
  return isOpenMode(env) && isLoopbackHost(facts.host) ? localOwner(env) : UNAUTHORIZED;
}

function byHeader(
  env: LookupEnv,
  facts: CredentialFacts,
  authorization: string,
): Result<Caller> | Promise<Result<Caller>> {
  const match = /^(Bearer|DPoP) +([\x21-\x7e]+) *$/i.exec(authorization);
  const [, scheme = '', token] = match ?? [];
  if (token === undefined) return INVALID_CREDENTIAL;
  const isDpop = scheme.toLowerCase() === 'dpop';
  if (!token.startsWith('slc_')) return accessTokenCaller(env, facts, { token, isDpop });
  if (isDpop) return INVALID_CREDENTIAL;
  if (hasGoodChecksum(token, 'run')) return findRunnerCaller(env, token, facts);
  return hasGoodChecksum(token, 'pat') ? patCaller(env, facts, token) : INVALID_CREDENTIAL;
}
