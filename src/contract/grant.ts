import { z } from 'zod';
import { listingOf } from './listing.ts';
import { Scope } from './principal.ts';

export const GRANT_ID = /^grt_[0-9a-hjkmnp-tv-z]{26}$/;

/** What a person has allowed an app. */
export const Grant = z
  .object({
    id: z.string().meta({ example: 'grt_01jd2v8x5k3m9q7r4t6w8y0z2b' }),
    clientId: z
      .string()
      .meta({ description: 'The client, or the URL at which it describes itself.' }),
    clientName: z.string().nullable().meta({
      description:
        'As it calls itself; null for a client that is no more or only describes itself.',
    }),
    scopes: z.array(Scope).max(50),
    resources: z.array(z.string()).max(10),
    projectIds: z.array(z.string()).max(100).nullable().meta({
      description: 'Where it may act; null: in all projects of the person.',
    }),
    createdAt: z.string(),
    lastUsedAt: z.string().nullable(),
  })
  .meta({ id: 'Grant' });
export type Grant = z.infer<typeof Grant>;

export const GrantList = listingOf(Grant, 'GrantList');
