// What is asked of people before something happens: how many of whom, how early and how late.

import { z } from 'zod';
import { fieldInteger } from './field.ts';
import { ROLE_SCOPES, ROLES, type Role, rankOf } from './principal.ts';

export const REQUIRED_MAX = 10;
export const APPROVERS_MAX = 20;
/** Of a wait, and of an expiry. */
export const APPROVAL_SECONDS_MAX = 30 * 86_400;
export const EXPIRES_IN_SECONDS = 7 * 86_400;

const APPROVER = /^(role:(developer|project-admin|owner)|usr_[0-9a-z]{5,26})$/;
const FROM_RULE = 'From must be a list of roles (role:developer) and people (usr_…)';

const required = z.int().min(1).max(REQUIRED_MAX).meta({ description: 'Of how many people.' });
const from = z
  .array(z.string())
  .max(APPROVERS_MAX)
  .nullable()
  .meta({
    description:
      'Roles, each with those above it, and people; null: whoever may decide gates in the project.',
    example: ['role:project-admin'],
  });

export const ApprovalPolicy = z
  .object({
    required,
    from,
    preventSelfApproval: z.boolean().nullable().meta({
      description: 'Null: true where two people or more could approve.',
    }),
    waitSeconds: z.int().meta({ description: 'It happens so long after it is ready, or later.' }),
    expiresInSeconds: z.int().meta({ description: 'After so long it has failed.' }),
  })
  .meta({ id: 'ApprovalPolicy' });
export type ApprovalPolicy = z.infer<typeof ApprovalPolicy>;

/** What a protected environment asks for that says no more. */
export const DEFAULT_APPROVAL: ApprovalPolicy = {
  required: 1,
  from: null,
  preventSelfApproval: null,
  waitSeconds: 0,
  expiresInSeconds: EXPIRES_IN_SECONDS,
};

export const ApprovalPolicyBody = z
  .strictObject(
    {
      required: fieldInteger('Required', 1, REQUIRED_MAX).default(DEFAULT_APPROVAL.required),
      from: z
        .array(z.string({ error: FROM_RULE }).regex(APPROVER, FROM_RULE), { error: FROM_RULE })
        .min(1, FROM_RULE)
        .max(APPROVERS_MAX, `From must be ${APPROVERS_MAX} or fewer`)
        .nullable()
        .default(null),
      preventSelfApproval: z
        .boolean({ error: 'PreventSelfApproval must be true or false' })
        .nullable()
        .default(null),
      waitSeconds: fieldInteger('WaitSeconds', 0, APPROVAL_SECONDS_MAX).default(0),
      expiresInSeconds: fieldInteger('ExpiresInSeconds', 1, APPROVAL_SECONDS_MAX).default(
        EXPIRES_IN_SECONDS,
      ),
    },
    { error: 'Approval must be an object' },
  )
  .refine(({ waitSeconds, expiresInSeconds }) => waitSeconds < expiresInSeconds, {
    error: 'WaitSeconds must be less than ExpiresInSeconds',
    path: ['waitSeconds'],
  })
  .meta({ id: 'ApprovalPolicyChange', description: 'What is left out is as the defaults say.' });

export const ApprovalVote = z
  .object({ approverId: z.string(), approver: z.string(), at: z.string() })
  .meta({ id: 'ApprovalVote' });
export type ApprovalVote = z.infer<typeof ApprovalVote>;

/** What was asked for when something came to wait for people, and who has approved it. */
export const Approval = z
  .object({
    required,
    from,
    preventSelfApproval: z.boolean(),
    votes: z.array(ApprovalVote),
    forced: z.boolean().meta({ description: 'A vote said that it replaces what is newer.' }),
    readyAt: z.string(),
    opensAt: z.string().meta({ description: 'It does not happen earlier.' }),
    expiresAt: z.string(),
  })
  .meta({ id: 'Approval' });
export type Approval = z.infer<typeof Approval>;

/** Who counts by their role alone; people who are named need only be able to decide gates at all. */
export function approvingRoles(from: readonly string[] | null): readonly Role[] {
  const able = ROLES.filter((role) => ROLE_SCOPES[role].includes('gates:approve'));
  if (from === null) return able;
  return able.filter((role) =>
    ROLES.some((least) => from.includes(`role:${least}`) && rankOf(role) >= rankOf(least)),
  );
}
