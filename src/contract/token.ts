import { z } from 'zod';
import { isCidr } from './cidr.ts';
import { CredentialName, EnvironmentList, RatePerMinute, ScopeList } from './credential-field.ts';
import { fieldInteger } from './field.ts';
import { PROJECT_ID } from './id.ts';
import { listingOf } from './listing.ts';
import { Scope } from './principal.ts';

export const TOKEN_ID = /^tok_[0-9a-hjkmnp-tv-z]{26}$/;
/** Live ones, of one person. */
export const TOKENS_MAX = 50;
/** What a token can do unless it is said: read, and make and steer tasks. */
export const DEFAULT_TOKEN_SCOPES: readonly Scope[] = [
  'projects:read',
  'deployments:read',
  'incidents:read',
  'members:read',
  'metrics:read',
  'tasks:read',
  'tasks:write',
];

export const CreateTokenBody = z
  .strictObject({
    name: CredentialName,
    scopes: ScopeList.optional().meta({
      description:
        "Default: the viewer's and `tasks:write`. At most what the credential that asks can do.",
    }),
    projectIds: z
      .array(z.string().regex(PROJECT_ID, 'ProjectIds must be ids of projects'), {
        error: 'ProjectIds must be a list',
      })
      .min(1, 'ProjectIds must name at least one')
      .max(50, 'ProjectIds must be 50 or fewer')
      .nullish()
      .meta({ description: 'The projects that it is for; absent: all.' }),
    environments: EnvironmentList,
    expiresInDays: fieldInteger('ExpiresInDays', 1, 366).default(90).meta({
      description: 'One that is made by another token ends with that one at the latest.',
    }),
    ipCidrs: z
      .array(z.string().max(50).refine(isCidr, 'IpCidrs must be networks such as 203.0.113.0/24'), {
        error: 'IpCidrs must be a list',
      })
      .min(1, 'IpCidrs must name at least one')
      .max(20, 'IpCidrs must be 20 or fewer')
      .nullish()
      .meta({ description: 'Networks that it may be used from; absent: any.' }),
    rateLimitPerMinute: RatePerMinute,
  })
  .meta({ id: 'CreateToken' });
export type CreateTokenBody = z.infer<typeof CreateTokenBody>;

/** A personal access token, without its secret. */
export const Token = z
  .object({
    id: z.string().meta({ example: 'tok_01jd2v8x5k3m9q7r4t6w8y0z2b' }),
    name: z.string(),
    scopes: z.array(Scope),
    projectIds: z.array(z.string()).nullable(),
    environments: z.array(z.string()).nullable(),
    expiresAt: z.iso.datetime(),
    ipCidrs: z.array(z.string()).nullable(),
    rateLimitPerMinute: z.int().nullable(),
    hint: z.string().meta({ example: 'slc_pat_0123…6A2I' }),
    parentId: z.string().nullable().meta({ description: 'The token that it was made by.' }),
    createdVia: z.enum(['open', 'signin', 'access_token', 'pat', 'bootstrap']),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().nullable().meta({ description: 'To five minutes.' }),
    revokedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof Token>;

export const NewToken = Token.extend({
  token: z.string().nullable().meta({
    description: 'Shown once: null in the answer to a repetition with the same Idempotency-Key.',
    example: 'slc_pat_…',
  }),
  secretAlreadyShown: z.literal(true).optional(),
}).meta({ id: 'NewToken' });
export type NewToken = z.infer<typeof NewToken>;

export const TokenList = listingOf(Token, 'TokenList');
