import { z } from 'zod';
import { listingOf } from './listing.ts';
import { Role } from './principal.ts';

/** A project has at most so many members. */
export const MEMBERS_MAX = 1_000;

export const Member = z
  .object({
    principalId: z.string(),
    kind: z.enum(['person', 'service']),
    name: z.string(),
    email: z.string().nullable(),
    role: Role,
    addedBy: z.string(),
    createdAt: z.string(),
    revision: z.int(),
  })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof Member>;

export const MemberList = listingOf(Member, 'MemberList');

export const MemberBody = z.strictObject({ role: Role }).meta({ id: 'MemberRole' });
export type MemberBody = z.infer<typeof MemberBody>;
