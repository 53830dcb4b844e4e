// Whether a client is who it says (RFC 6749 §2.3). There is one answer for all that may be wrong with it, and an unknown
// client takes as long as a wrong secret.

import type { OAuthResult } from '../contract/oauth-error.ts';
import { refuseOAuth } from '../contract/oauth-error.ts';
import { assertedClientId, checkAssertion } from './client-assertion.ts';
import {
  type ClientFields,
  type ClientProof,
  invalidClient,
  readClientProof,
} from './client-credentials.ts';
import { lockedUntil, noteFailure } from './client-lock.ts';
import type { LookupEnv } from './lookup.ts';
import { findClient, type OAuthClient } from './oauth-client.ts';
import { hasGoodChecksum } from './secret.ts';
import { secretHashes } from './secret-hash.ts';

export interface ClientRequest {
  readonly authorization: string | undefined;
  readonly fields: ClientFields;
  /** The issuer, which is the audience of assertions. */
  readonly issuer: string;
  readonly ipPrefix: string | null;
  readonly nowMs: number;
}

const DUMMY_HASH = '0'.repeat(64);

/** The client that asks. A public one (`authMethod` none) is who it says it is: what it shows beside proves it. */
export async function authenticateClient(
  env: LookupEnv,
  request: ClientRequest,
): Promise<OAuthResult<OAuthClient>> {
  const read = readClientProof(request.authorization, request.fields);
  if (!read.ok) return read;
  const proof = read.value;
  const clientId =
    proof.clientId ?? (proof.by === 'assertion' ? assertedClientId(proof.assertion) : null);
  if (clientId === null) return invalidClient(proof.by);
  const { ipPrefix, nowMs } = request;
  const guesser = { clientId, ipPrefix };
  const until = proof.by === 'id' ? null : await lockedUntil(guesser, nowMs);
  if (until !== null) return tooMany(until - nowMs);
  const client = await findClient(env, clientId, nowMs);
  if (client !== null && (await isProven(env, { client, proof, request }))) {
    return { ok: true, value: client };
  }
  if (client === null) await compare(env, secretOf(proof), [DUMMY_HASH]);
  if (proof.by !== 'id') await noteFailure(env, guesser, nowMs);
  return invalidClient(proof.by);
}

const tooMany = (restMs: number) =>
  refuseOAuth('invalid_client', 'Too many failed attempts; try again later.', {
    status: 429,
    headers: { 'Retry-After': String(Math.ceil(restMs / 1000)) },
  });

const secretOf = (proof: ClientProof): string => ('secret' in proof ? proof.secret : '');

interface Claim {
  readonly client: OAuthClient;
  readonly proof: ClientProof;
  readonly request: ClientRequest;
}

async function isProven(env: LookupEnv, { client, proof, request }: Claim): Promise<boolean> {
  switch (proof.by) {
    case 'basic':
    case 'body': {
      if (client.authMethod !== 'client_secret') return false;
      const isSame = await compare(env, proof.secret, client.secretHashes);
      return isSame && hasGoodChecksum(proof.secret, 'cs');
    }
    case 'assertion': {
      const { issuer, nowMs } = request;
      const { assertion } = proof;
      return checkAssertion(env, { client, assertion, issuer, nowMs });
    }
    case 'id':
      return client.authMethod === 'none';
    default:
      return proof satisfies never;
  }
}

/** Against each of the hashes, in constant time. */
async function compare(
  env: LookupEnv,
  secret: string,
  hashes: readonly string[],
): Promise<boolean> {
  const encoder = new TextEncoder();
  const mine = (await secretHashes(env, secret)).map((hash) => encoder.encode(hash));
  let isSame = false;
  for (const hash of hashes.length === 0 ? [DUMMY_HASH] : hashes) {
    const theirs = encoder.encode(hash);
    for (const one of mine) {
      if (theirs.length === one.length && crypto.subtle.timingSafeEqual(one, theirs)) isSame = true;
    }
  }
  return isSame;
}
