import { z } from 'zod';

/** RFC 8414. */
export const AuthorizationServer = z
  .object({
    issuer: z.string(),
    authorization_endpoint: z.string(),
    token_endpoint: z.string(),
    revocation_endpoint: z.string(),
    introspection_endpoint: z.string(),
    pushed_authorization_request_endpoint: z.string(),
    device_authorization_endpoint: z.string(),
    registration_endpoint: z.string().optional(),
    jwks_uri: z.string(),
    service_documentation: z.string(),
    scopes_supported: z.array(z.string()),
    response_types_supported: z.array(z.string()),
    response_modes_supported: z.array(z.string()),
    code_challenge_methods_supported: z.array(z.string()),
    grant_types_supported: z.array(z.string()),
    token_endpoint_auth_methods_supported: z.array(z.string()),
    token_endpoint_auth_signing_alg_values_supported: z.array(z.string()),
    authorization_response_iss_parameter_supported: z.boolean(),
    dpop_signing_alg_values_supported: z.array(z.string()),
    client_id_metadata_document_supported: z.boolean(),
  })
  .meta({ id: 'AuthorizationServer' });
export type AuthorizationServer = z.infer<typeof AuthorizationServer>;

/** RFC 9728. */
export const ProtectedResource = z
  .object({
    resource: z.string(),
    authorization_servers: z.array(z.string()),
    scopes_supported: z.array(z.string()),
    bearer_methods_supported: z.array(z.string()),
    resource_documentation: z.string(),
    dpop_signing_alg_values_supported: z.array(z.string()),
  })
  .meta({ id: 'ProtectedResource' });
export type ProtectedResource = z.infer<typeof ProtectedResource>;
