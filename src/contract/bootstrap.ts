// The first owner of a deployment, and the operator's way to let a person in again.

import { z } from 'zod';
import { fieldEnum, fieldText } from './field.ts';
import { fieldLine } from './plain-text.ts';

export const Email = fieldText('Email', 254, { trim: true }).regex(
  /^[^\s@<>"\p{Cc}]{1,64}@[^\s@<>"\p{Cc}]{1,189}$/u,
  'Email must be an address',
);

export const BootstrapBody = z
  .strictObject({
    token: fieldText('Token', 64, { required: true }),
    name: fieldLine('Name', 100).optional(),
    email: Email.optional(),
    credential: fieldEnum('Credential', ['passkey', 'pat']),
  })
  .meta({
    id: 'BootstrapBody',
    description: '`name` and `email` are musts for the first owner; who is let in again has them.',
  });
export type BootstrapBody = z.infer<typeof BootstrapBody>;

/** A personal access token at the one moment when it is shown. */
export const BootstrapToken = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    projectIds: z.null(),
    environments: z.null(),
    expiresAt: z.string(),
    ipCidrs: z.null(),
    rateLimitPerMinute: z.null(),
    hint: z.string(),
    parentId: z.null(),
    createdVia: z.literal('bootstrap'),
    createdAt: z.string(),
    lastUsedAt: z.null(),
    revokedAt: z.null(),
    token: z.string(),
  })
  .meta({ id: 'BootstrapToken' });
export type BootstrapToken = z.infer<typeof BootstrapToken>;
