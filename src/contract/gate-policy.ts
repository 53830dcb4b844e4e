import { z } from 'zod';
import { APPROVAL_SECONDS_MAX, APPROVERS_MAX, ApprovalPolicy, REQUIRED_MAX } from './approval.ts';
import { fieldEnum, fieldInteger } from './field.ts';

/** What a gate asks for. It is fixed when the gate opens; merging policies only tightens them. */
export const GatePolicy = z
  .object({
    ...ApprovalPolicy.shape,
    onExpiry: z.enum(['reject', 'escalate']).meta({
      description: 'What becomes of it unanswered; `escalate` asks `escalateTo` too, once.',
    }),
    escalateTo: z.array(z.string()).max(20),
    allowEdit: z.boolean().meta({ description: 'Whether an approver may change the action.' }),
    requireActionHash: z.boolean().meta({ description: 'A decision has to name what it saw.' }),
    stepUpSeconds: z.int().min(0).meta({
      description: 'An approver has signed in so recently, with a passkey; 0: no matter when.',
    }),
    consumeWithinSeconds: z.int().min(1).max(APPROVAL_SECONDS_MAX).meta({
      description: 'How long an approval waits to be used.',
    }),
  })
  .meta({ id: 'GatePolicy' });
export type GatePolicy = z.infer<typeof GatePolicy>;

/** What somebody says of a policy; what they leave out is as usual. */
export const PolicyTerms = GatePolicy.partial();
export type PolicyTerms = z.infer<typeof PolicyTerms>;

const STEP_UP_SECONDS_MAX = 86_400;

function people(name: string) {
  const rule = `${name} must be a list of at most ${APPROVERS_MAX} roles and people, each of 1 to 200 characters`;
  const entry = z.string({ error: rule }).min(1, rule).max(200, rule);
  return z.array(entry, { error: rule }).max(APPROVERS_MAX, rule);
}
const flag = (name: string) => z.boolean({ error: `${name} must be true or false` });
const seconds = (name: string, min: number, max = APPROVAL_SECONDS_MAX) =>
  fieldInteger(name, min, max).optional();

/** The terms that who asks at a gate wants it to have. A term that is not read would be one that nobody keeps. */
export const AskedPolicy = z
  .strictObject(
    {
      required: fieldInteger('Required', 1, REQUIRED_MAX).optional(),
      from: people('From').nullable().optional(),
      preventSelfApproval: flag('PreventSelfApproval').nullable().optional(),
      waitSeconds: seconds('WaitSeconds', 0),
      expiresInSeconds: seconds('ExpiresInSeconds', 1),
      onExpiry: fieldEnum('OnExpiry', ['reject', 'escalate']).optional(),
      escalateTo: people('EscalateTo').optional(),
      allowEdit: flag('AllowEdit').optional(),
      requireActionHash: flag('RequireActionHash').optional(),
      stepUpSeconds: seconds('StepUpSeconds', 0, STEP_UP_SECONDS_MAX),
      consumeWithinSeconds: seconds('ConsumeWithinSeconds', 1),
    },
    {
      error: ({ code, keys }) =>
        code === 'unrecognized_keys'
          ? `Unknown members of policy: ${keys.join(', ')}`
          : 'Policy must be an object',
    },
  )
  .meta({ id: 'AskedPolicy', description: 'It only tightens what is asked for anyway.' });

/** A policy as records and events show it: what it leaves open is absent, never null. */
export const ToldPolicy = GatePolicy.partial({ from: true, preventSelfApproval: true });
export type ToldPolicy = z.infer<typeof ToldPolicy>;
