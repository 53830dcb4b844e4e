import { z } from 'zod';
import { Email } from './bootstrap.ts';
import { fieldText } from './field.ts';
import { listingOf } from './listing.ts';
import { fieldLine, fieldProse } from './plain-text.ts';
import { Role } from './principal.ts';

/** An invitation waits for so long. */
export const INVITATION_MS = 7 * 86_400_000;
/** So many wait in one project. */
export const PENDING_MAX = 100;

export const INVITATION_STATES = ['pending', 'accepted', 'revoked', 'expired'] as const;
export const InvitationState = z.enum(INVITATION_STATES);
export type InvitationState = z.infer<typeof InvitationState>;

export const Invitation = z
  .object({
    id: z.string(),
    projectId: z.string(),
    email: z.string(),
    role: Role,
    message: z.string().nullable(),
    state: InvitationState,
    invitedBy: z.string(),
    createdAt: z.string(),
    expiresAt: z.string(),
    decidedAt: z.string().nullable(),
    acceptedBy: z.string().nullable(),
  })
  .meta({ id: 'Invitation' });
export type Invitation = z.infer<typeof Invitation>;

/** With the link that is passed on to whom it is for: we send no mail. */
export const InvitationWithLink = Invitation.extend({
  url: z.string().nullable().meta({
    description: 'Shown once: it holds the secret. Null where an answer is repeated.',
  }),
  secretAlreadyShown: z.literal(true).optional(),
}).meta({ id: 'InvitationWithLink' });
export type InvitationWithLink = z.infer<typeof InvitationWithLink>;

export const InvitationList = listingOf(Invitation, 'InvitationList');

export const InviteBody = z
  .strictObject({
    email: Email,
    role: Role,
    message: fieldProse('Message', 1_000).optional(),
  })
  .meta({ id: 'Invite' });
export type InviteBody = z.infer<typeof InviteBody>;

export const AcceptBody = z
  .strictObject({
    token: fieldText('Token', 64, { required: true }),
    name: fieldLine('Name', 100).optional(),
    email: Email.optional(),
  })
  .meta({
    id: 'AcceptInvitation',
    description:
      '`name` is a must for who is not signed in; `email` is that of the invitation unless given.',
  });
export type AcceptBody = z.infer<typeof AcceptBody>;
