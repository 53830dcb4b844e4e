// The tables `clients` and `client_secrets`, as the authorization server reads them: one statement a client.

import type { Scope } from '../contract/principal.ts';
import { REGISTRATION, REGISTRATION_MS } from './registered-clients.ts';

interface Row {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly kind: 'service' | 'web' | 'native';
  readonly authMethod: 'client_secret' | 'private_key_jwt' | 'none';
  readonly redirectUris: string;
  readonly scopes: string;
  readonly resources: string;
  readonly environments: string | null;
  readonly jwks: string | null;
  readonly jwksUri: string | null;
  readonly requirePar: number;
  readonly dpopBound: number;
  readonly ratePerMinute: number | null;
  readonly apiVersion: string;
  readonly secretHashes: string;
}

const FIND = `SELECT id, project_id AS projectId, name, kind, auth_method AS authMethod,
  redirect_uris AS redirectUris, scopes, resources, environments, jwks, jwks_uri AS jwksUri,
  require_par AS requirePar, dpop_bound AS dpopBound, rate_per_minute AS ratePerMinute,
  api_version AS apiVersion,
  (SELECT json_group_array(hash) FROM client_secrets
    WHERE client_id = clients.id AND (expires_at IS NULL OR expires_at > ?2)) AS secretHashes
  FROM clients WHERE id = ?1 AND disabled_at IS NULL AND (created_by <> '${REGISTRATION}' OR created_at > ?3)`;

/** Lists in a column are our own JSON. */
const list = <T extends string>(text: string): readonly T[] => JSON.parse(text) as T[];

/** A client that is kept here, with the hashes of its secrets that live. */
export async function findStoredClient(db: D1Database, id: string, nowMs: number) {
  const row = await db
    .prepare(FIND)
    .bind(id, nowMs, nowMs - REGISTRATION_MS)
    .first<Row>();
  if (row === null) return null;
  return {
    ...row,
    redirectUris: list(row.redirectUris),
    scopes: list<Scope>(row.scopes),
    resources: list(row.resources),
    environments: row.environments === null ? null : list(row.environments),
    requirePar: row.requirePar === 1,
    dpopBound: row.dpopBound === 1,
    secretHashes: list(row.secretHashes),
  };
}
