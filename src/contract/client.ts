import { z } from 'zod';
import { CredentialName, EnvironmentList, RatePerMinute, ScopeList } from './credential-field.ts';
import { fieldInteger } from './field.ts';
import { ProjectId } from './id.ts';
import { listingOf, PageQuery } from './listing.ts';
import { Role, Scope } from './principal.ts';
import { PUBLIC_URL_CHARACTERS } from './public-url.ts';
import { REDIRECT_URI_CHARACTERS, REDIRECT_URIS_MAX } from './redirect-uri.ts';

export const CLIENT_ID = /^cli_[0-9a-hjkmnp-tv-z]{26}$/;
export const CLIENT_SECRET_ID = /^sec_[0-9a-hjkmnp-tv-z]{26}$/;
/** Of one project. */
export const CLIENTS_MAX = 200;
/** Live ones, of one client. */
export const SECRETS_MAX = 3;
const GRACE_SECONDS_MAX = 2_592_000;
const JWKS_KEYS_MAX = 10;

export const CLIENT_KINDS = ['service', 'web', 'native'] as const;
export type ClientKind = (typeof CLIENT_KINDS)[number];
export const AUTH_METHODS = ['client_secret', 'private_key_jwt', 'none'] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

/** What a client of each kind may ask the token endpoint for. */
export const GRANT_TYPES: Readonly<Record<ClientKind, readonly string[]>> = {
  service: ['client_credentials'],
  web: ['authorization_code', 'refresh_token'],
  native: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
};

const text = (max: number) => z.string().min(1).max(max);

/** A public key (RFC 7517): a member of a private or a shared one is refused. */
const PublicJwk = z
  .strictObject({
    kty: z.enum(['EC', 'RSA', 'OKP'], { error: 'Keys must be EC, RSA or OKP' }),
    kid: text(200).optional(),
    use: z.literal('sig').optional(),
    alg: z.enum(['ES256', 'RS256', 'EdDSA', 'Ed25519']).optional(),
    key_ops: z.array(z.literal('verify')).max(1).optional(),
    crv: z.enum(['P-256', 'Ed25519']).optional(),
    x: text(100).optional(),
    y: text(100).optional(),
    n: text(1_400).optional(),
    e: text(20).optional(),
  })
  .refine(({ kty, crv, x, y, n, e }) => {
    if (kty === 'RSA') return n !== undefined && e !== undefined;
    if (kty === 'EC') return crv === 'P-256' && x !== undefined && y !== undefined;
    return crv === 'Ed25519' && x !== undefined;
  }, 'A key must be whole, and on P-256, Ed25519 or RSA');
export const Jwks = z.strictObject({
  keys: z.array(PublicJwk).min(1).max(JWKS_KEYS_MAX, `Keys must be ${JWKS_KEYS_MAX} or fewer`),
});
export type Jwks = z.infer<typeof Jwks>;

const RedirectUris = z
  .array(z.string().max(REDIRECT_URI_CHARACTERS), { error: 'RedirectUris must be a list' })
  .max(REDIRECT_URIS_MAX, `RedirectUris must be ${REDIRECT_URIS_MAX} or fewer`);
const JwksUri = z.string({ error: 'JwksUri must be a string' }).max(PUBLIC_URL_CHARACTERS);

export const CreateClientBody = z
  .strictObject({
    name: CredentialName,
    kind: z.enum(CLIENT_KINDS, { error: `Kind must be one of: ${CLIENT_KINDS.join(', ')}` }),
    scopes: ScopeList,
    projectId: ProjectId.optional(),
    role: Role.optional().meta({
      description: 'Of a service in its home project; default `developer`.',
    }),
    redirectUris: RedirectUris.default([]),
    environments: EnvironmentList,
    rateLimitPerMinute: RatePerMinute,
    authMethod: z
      .enum(AUTH_METHODS, { error: `AuthMethod must be one of: ${AUTH_METHODS.join(', ')}` })
      .optional()
      .meta({ description: 'Default `client_secret`, of a native client `none`.' }),
    jwks: Jwks.nullish(),
    jwksUri: JwksUri.nullish(),
  })
  .meta({ id: 'CreateClient' });
export type CreateClientBody = z.infer<typeof CreateClientBody>;

export const ChangeClientBody = z
  .strictObject({
    name: CredentialName.optional(),
    scopes: ScopeList.optional(),
    redirectUris: RedirectUris.optional(),
    environments: EnvironmentList,
    rateLimitPerMinute: RatePerMinute,
    jwks: Jwks.nullish(),
    jwksUri: JwksUri.nullish(),
    disabled: z.boolean({ error: 'Disabled must be true or false' }).optional(),
  })
  .meta({ id: 'ChangeClient' });
export type ChangeClientBody = z.infer<typeof ChangeClientBody>;

const instant = z.iso.datetime();

export const ClientSecret = z
  .object({
    id: z.string().meta({ example: 'sec_01jd2v8x5k3m9q7r4t6w8y0z2b' }),
    hint: z.string().meta({ example: 'slc_cs_0123…6A2I' }),
    createdAt: instant,
    expiresAt: instant.nullable(),
    lastUsedAt: instant.nullable(),
  })
  .meta({ id: 'ClientSecret' });

/** An OAuth client, without its secrets. */
export const Client = z
  .object({
    id: z.string().meta({ example: 'cli_01jd2v8x5k3m9q7r4t6w8y0z2b' }),
    name: z.string(),
    kind: z.enum(CLIENT_KINDS),
    projectId: z.string().meta({ description: 'The home project.' }),
    role: Role.nullable().meta({ description: 'Of a service, in its home project.' }),
    scopes: z.array(Scope),
    grantTypes: z.array(z.string()),
    authMethod: z.enum(AUTH_METHODS),
    redirectUris: z.array(z.string()),
    environments: z.array(z.string()).nullable(),
    rateLimitPerMinute: z.int().nullable(),
    apiVersion: z.string().meta({ example: '2026-11-01' }),
    jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }).nullable(),
    jwksUri: z.string().nullable(),
    secrets: z.array(ClientSecret).meta({ description: 'Those that live.' }),
    createdBy: z.string(),
    createdAt: instant,
    updatedAt: instant,
    disabledAt: instant.nullable(),
    revision: z.int(),
  })
  .meta({ id: 'Client' });
export type Client = z.infer<typeof Client>;

export const ClientWithSecret = Client.extend({
  secret: z
    .string()
    .nullable()
    .meta({
      description:
        'Shown once: null for a client without secrets, and in the answer to a repetition with the same ' +
        'Idempotency-Key.',
      example: 'slc_cs_…',
    }),
  secretAlreadyShown: z.literal(true).optional(),
}).meta({ id: 'ClientWithSecret' });
export type ClientWithSecret = z.infer<typeof ClientWithSecret>;

export const NewSecretBody = z
  .strictObject({
    expiresPreviousInSeconds: fieldInteger('ExpiresPreviousInSeconds', 0, GRACE_SECONDS_MAX)
      .optional()
      .meta({ description: 'The others end then, or earlier; absent: they stay as they are.' }),
  })
  .meta({ id: 'NewClientSecret' });
export type NewSecretBody = z.infer<typeof NewSecretBody>;

export const ClientList = listingOf(Client, 'ClientList');
export const ClientsQuery = PageQuery.extend({
  projectId: ProjectId.optional().meta({
    description: 'The home project; default: all where the caller may see clients.',
  }),
});
export type ClientsQuery = z.infer<typeof ClientsQuery>;
