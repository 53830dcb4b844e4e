// What a client says of itself (RFC 7591 §2), in a document at its own URL or when it registers itself.

import { z } from 'zod';
import { SCOPES, type Scope } from './principal.ts';
import { checkRedirectUri, REDIRECT_URIS_MAX } from './redirect-uri.ts';

const TEXT_MAX = 2_048;
const NAME_MAX = 100;
const SCOPE_WORDS_MAX = 100;
const text = z.string().max(TEXT_MAX);

/** Whatever else it says is for other servers, or for people. */
const ClientMetadata = z.object({
  client_id: text.optional(),
  client_name: z.string().optional(),
  redirect_uris: z.array(text).min(1).max(REDIRECT_URIS_MAX),
  application_type: z.enum(['web', 'native']).optional(),
  grant_types: z.array(text).max(20).optional(),
  response_types: z.array(text).max(20).optional(),
  token_endpoint_auth_method: text.optional(),
  scope: text.optional(),
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(20) }).optional(),
  jwks_uri: text.optional(),
  dpop_bound_access_tokens: z.boolean().optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
});
type ClientMetadata = z.infer<typeof ClientMetadata>;

export interface DescribedClient {
  readonly clientId: string | null;
  readonly name: string | null;
  readonly redirectUris: readonly string[];
  readonly authMethod: 'none' | 'private_key_jwt';
  readonly grantTypes: readonly string[];
  readonly scopes: readonly Scope[];
  /** A JWK set as text, or where it is. */
  readonly jwks: string | null;
  readonly jwksUri: string | null;
  readonly dpopBound: boolean;
  readonly requirePar: boolean;
}

export interface MetadataFault {
  readonly error: 'invalid_client_metadata' | 'invalid_redirect_uri';
  readonly description: string;
}

const SECRETS = ['client_secret', 'client_secret_expires_at'] as const;
const METHODS = ['none', 'private_key_jwt'] as const;
const GRANTS: readonly string[] = ['authorization_code', 'refresh_token'];
/** Members of a key that is not public (RFC 7518 §6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth'] as const;

const fault = (description: string): MetadataFault => ({
  error: 'invalid_client_metadata',
  description,
});

/** The client that this describes, or why it describes none that may be let in. */
export function readClientMetadata(value: unknown): DescribedClient | MetadataFault {
  const parsed = ClientMetadata.safeParse(value);
  if (!parsed.success) return fault('The metadata has a member that is missing or wrong');
  const metadata = parsed.data;
  // It is an object: the schema says so.
  if (SECRETS.some((name) => Object.hasOwn(value as object, name))) {
    return fault('A client that describes itself has no secret');
  }
  const { redirect_uris: redirectUris, grant_types: grants, response_types: types } = metadata;
  const kind = metadata.application_type === 'native' ? 'native' : 'metadata';
  const wrong = redirectUris.find((uri) => checkRedirectUri(uri, kind) !== null);
  if (wrong !== undefined) {
    return { error: 'invalid_redirect_uri', description: 'A redirect URI is not allowed' };
  }
  if (grants !== undefined && !grants.includes('authorization_code')) {
    return fault('The grant authorization_code is missing');
  }
  if (types !== undefined && !types.includes('code')) {
    return fault('The response type code is missing');
  }
  return withKeys(metadata);
}

function withKeys(metadata: ClientMetadata): DescribedClient | MetadataFault {
  const { token_endpoint_auth_method: method = 'none', jwks, jwks_uri: jwksUri } = metadata;
  const authMethod = METHODS.find((known) => known === method);
  if (authMethod === undefined) return fault('The authentication method must use no shared secret');
  const hasPrivate = (jwks?.keys ?? []).some((key) =>
    PRIVATE_MEMBERS.some((name) => Object.hasOwn(key, name)),
  );
  if (hasPrivate) return fault('The key set holds a key that is not public');
  const isKeyed = (jwks === undefined) !== (jwksUri === undefined);
  if (authMethod === 'private_key_jwt' && !isKeyed) {
    return fault('Either jwks or jwks_uri is needed');
  }
  return {
    clientId: metadata.client_id ?? null,
    name: plainName(metadata.client_name ?? ''),
    redirectUris: metadata.redirect_uris,
    authMethod,
    grantTypes: (metadata.grant_types ?? GRANTS).filter((grant) => GRANTS.includes(grant)),
    scopes: scopesOf(metadata.scope),
    jwks: jwks === undefined ? null : JSON.stringify(jwks),
    jwksUri: jwksUri ?? null,
    dpopBound: metadata.dpop_bound_access_tokens ?? false,
    requirePar: metadata.require_pushed_authorization_requests ?? false,
  };
}

/** What it may ask for at all; words of other servers are theirs. */
function scopesOf(words: string | undefined): readonly Scope[] {
  if (words === undefined) return SCOPES;
  const wanted = new Set(words.split(' ', SCOPE_WORDS_MAX));
  return SCOPES.filter((scope) => wanted.has(scope));
}

/** Without what moves a reader's eye or a terminal: controls, and marks that turn the direction of text. */
function plainName(name: string): string | null {
  const plain = name.replace(/[\s\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return plain === '' ? null : [...plain].slice(0, NAME_MAX).join('');
}
