// An OAuth client, wherever it is kept: in D1, built in, or as a metadata document at its own URL.

import { API_VERSION } from '../contract/credential-field.ts';
import { SCOPES, type Scope } from '../contract/principal.ts';
import { platformDb } from '../db/database.ts';
import { findStoredClient } from '../db/oauth-clients.ts';
import { findDocumentClient } from './client-document.ts';
import type { LookupEnv } from './lookup.ts';
import { sha256Text } from './sha256.ts';

export type ClientKind = 'service' | 'web' | 'native' | 'metadata';
export type ClientAuthMethod = 'client_secret' | 'private_key_jwt' | 'none';

export interface OAuthClient {
  readonly id: string;
  /** The home project; empty for what is built in or described by a document. */
  readonly projectId: string;
  readonly name: string;
  readonly kind: ClientKind;
  readonly authMethod: ClientAuthMethod;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly Scope[];
  readonly resources: readonly string[];
  readonly environments: readonly string[] | null;
  /** A JWK set as text, or where it is. */
  readonly jwks: string | null;
  readonly jwksUri: string | null;
  readonly requirePar: boolean;
  readonly dpopBound: boolean;
  readonly ratePerMinute: number | null;
  readonly apiVersion: string;
  /** Hashes of the secrets that live. */
  readonly secretHashes: readonly string[];
  /**
   * What it was like when a person allowed it, so that a changed one asks for consent again: of a metadata document the
   * whole, of a registered client where it returns to.
   */
  readonly documentDigest?: string;
}

export const CLI_CLIENT_ID = 'cli_sluice';

const CLI_CLIENT: OAuthClient = {
  id: CLI_CLIENT_ID,
  projectId: '',
  name: 'Sluice CLI',
  kind: 'native',
  authMethod: 'none',
  redirectUris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
  scopes: SCOPES,
  resources: [],
  environments: null,
  jwks: null,
  jwksUri: null,
  requirePar: false,
  dpopBound: false,
  ratePerMinute: null,
  apiVersion: API_VERSION,
  secretHashes: [],
};

/** The client of this id, or null for one that does not exist, is disabled or cannot be read. */
export async function findClient(
  env: LookupEnv,
  id: string,
  nowMs: number,
): Promise<OAuthClient | null> {
  if (id === CLI_CLIENT_ID) return CLI_CLIENT;
  if (id.startsWith('https://')) return findDocumentClient(env, id, nowMs);
  const stored = await findStoredClient(platformDb(env), id, nowMs);
  if (stored === null) return null;
  // Whoever may change the client must not have the codes of those who allowed it to return elsewhere.
  return { ...stored, documentDigest: await sha256Text(JSON.stringify(stored.redirectUris)) };
}
