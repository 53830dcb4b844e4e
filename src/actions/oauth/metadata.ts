// What the server says of itself to clients that have never met it.

import { DPOP_ALGORITHMS } from '../../auth/dpop.ts';
import type { AuthorizationServer, ProtectedResource } from '../../contract/oauth-metadata.ts';
import { SCOPES } from '../../contract/principal.ts';
import { GRANT_TYPES } from '../../domain/client-grants.ts';

interface MetadataEnv {
  /** `1`: clients may register themselves (RFC 7591). */
  readonly CLIENT_REGISTRATION?: string;
}

/** RFC 8414. */
export const authorizationServer = (env: MetadataEnv, origin: string): AuthorizationServer => ({
  issuer: origin,
  authorization_endpoint: `${origin}/v1/auth/authorize`,
  token_endpoint: `${origin}/v1/auth/token`,
  revocation_endpoint: `${origin}/v1/auth/revoke`,
  introspection_endpoint: `${origin}/v1/auth/introspect`,
  pushed_authorization_request_endpoint: `${origin}/v1/auth/par`,
  device_authorization_endpoint: `${origin}/v1/auth/device_authorization`,
  ...(env.CLIENT_REGISTRATION === '1'
    ? { registration_endpoint: `${origin}/v1/auth/register` }
    : {}),
  jwks_uri: `${origin}/.well-known/jwks.json`,
  service_documentation: `${origin}/docs`,
  scopes_supported: [...SCOPES, 'offline_access'],
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  code_challenge_methods_supported: ['S256'],
  grant_types_supported: [...GRANT_TYPES],
  token_endpoint_auth_methods_supported: [
    'client_secret_basic',
    'client_secret_post',
    'private_key_jwt',
    'none',
  ],
  token_endpoint_auth_signing_alg_values_supported: ['ES256', 'RS256', 'EdDSA'],
  authorization_response_iss_parameter_supported: true,
  dpop_signing_alg_values_supported: [...DPOP_ALGORITHMS],
  client_id_metadata_document_supported: true,
});

/** RFC 9728, of the API (`path` empty) or of `/mcp`. */
export const protectedResource = (origin: string, path: '' | '/mcp'): ProtectedResource => ({
  resource: origin + path,
  authorization_servers: [origin],
  scopes_supported: [...SCOPES],
  bearer_methods_supported: ['header'],
  resource_documentation: `${origin}/docs`,
  dpop_signing_alg_values_supported: [...DPOP_ALGORITHMS],
});
