import { type Client, GRANT_TYPES } from '../contract/client.ts';
import { isoOf } from '../contract/instant.ts';
import type { ClientRow } from '../db/clients.ts';

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoOf(ms));

/** A client as it is shown: without hashes, and with the secrets that live. */
export function clientView(row: ClientRow): Client {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    projectId: row.projectId,
    role: row.role,
    scopes: [...row.scopes],
    grantTypes: [...GRANT_TYPES[row.kind]],
    authMethod: row.authMethod,
    redirectUris: [...row.redirectUris],
    environments: row.environments && [...row.environments],
    rateLimitPerMinute: row.ratePerMinute,
    apiVersion: row.apiVersion,
    jwks: row.jwks,
    jwksUri: row.jwksUri,
    secrets: row.secrets.map(({ id, hint, createdAt, expiresAt, lastUsedAt }) => ({
      id,
      hint,
      createdAt: isoOf(createdAt),
      expiresAt: isoOrNull(expiresAt),
      lastUsedAt: isoOrNull(lastUsedAt),
    })),
    createdBy: row.createdBy,
    createdAt: isoOf(row.createdAt),
    updatedAt: isoOf(row.updatedAt),
    disabledAt: isoOrNull(row.disabledAt),
    revision: row.revision,
  };
}

/** Where it is, and what it is like. */
export const clientHeaders = ({ id, revision }: Pick<ClientRow, 'id' | 'revision'>) => ({
  Location: `/v1/clients/${id}`,
  ETag: `"v${revision}"`,
});
