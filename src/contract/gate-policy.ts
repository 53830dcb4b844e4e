import { z } from 'zod';
import { APPROVAL_SECONDS_MAX, ApprovalPolicy } from './approval.ts';

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

/** A policy as records and events show it: what it leaves open is absent, never null. */
export const ToldPolicy = GatePolicy.partial({ from: true, preventSelfApproval: true });
export type ToldPolicy = z.infer<typeof ToldPolicy>;
