import { z } from 'zod';
import { fieldText } from './field.ts';
import { ToldPolicy } from './gate-policy.ts';

export const GateStatus = z.enum(['not-required', 'pending', 'approved', 'rejected']);
export type GateStatus = z.infer<typeof GateStatus>;

/** Where an instance is in its life; `status` says the same in four words. */
export const GateState = z.enum([
  'pending',
  'approved',
  'consumed',
  'rejected',
  'expired',
  'changes-requested',
  'waived',
  'cancelled',
]);
export type GateState = z.infer<typeof GateState>;

/** Who put a gate in the way: a setting, a status report, a lease holder or its agent, a protected environment, a limit. */
export const GateSource = z.enum([
  'autonomy',
  'config',
  'workflow',
  'report',
  'request',
  'environment',
  'budget',
]);
export type GateSource = z.infer<typeof GateSource>;

/** What a decision is about. Everything that changes the effect is in here, and so in `actionHash`. */
export const GateAction = z
  .object({
    type: z.enum([
      'gate.default',
      'stage.continue',
      'git.commit',
      'git.push',
      'git.merge',
      'tool.call',
      'shell.exec',
      'deploy',
      'budget.extend',
      'custom',
    ]),
    target: z.record(z.string(), z.unknown()),
    params: z.record(z.string(), z.unknown()),
    artifacts: z
      .array(z.object({ name: z.string(), sha256: z.string(), bytes: z.int() }))
      .optional(),
  })
  .meta({ id: 'GateAction' });
export type GateAction = z.infer<typeof GateAction>;

/** What only explains: it is in no hash, so a re-worded request is the same request. */
export const GateAdvisory = z
  .object({
    summary: z.string().max(10_000).optional(),
    risk: z.string().max(1_000).optional(),
    links: z.array(z.string().max(2_000)).max(20).optional(),
  })
  .meta({ id: 'GateAdvisory' });
export type GateAdvisory = z.infer<typeof GateAdvisory>;

/** One person's voice; `actionHash` is what they have seen. */
export const GateVote = z.object({
  approver: z.string(),
  approverId: z.string(),
  decision: z.enum(['approve', 'reject', 'request-changes']).optional(),
  comment: z.string().optional(),
  at: z.string(),
  actionHash: z.string().optional(),
  amr: z.array(z.string()).optional().meta({ description: 'RFC 8176.' }),
  authTime: z.string().optional(),
  via: z.string().optional().meta({ description: 'The client: `console`, `cli`, an app.' }),
  delegatedBy: z.string().nullable().optional(),
});
export type GateVote = z.infer<typeof GateVote>;

export const GateDelegation = z.object({
  from: z.string(),
  to: z.string(),
  reason: z.string().optional(),
  at: z.string(),
  expiresAt: z.string().optional(),
});
export type GateDelegation = z.infer<typeof GateDelegation>;

/** Who asks, and for whom: everyone in the chain is one who does not approve it themselves. */
export const GateRequester = z.object({
  sub: z.string(),
  runnerId: z.string().optional(),
  runnerOwner: z.string().optional().meta({ description: 'Whose machine the runner is on.' }),
  onBehalfOf: z.string().optional(),
});
export type GateRequester = z.infer<typeof GateRequester>;

export const GateContext = z.object({
  projectId: z.string(),
  environment: z.string(),
  taskId: z.string(),
  attempt: z.int(),
  stage: z.string().optional(),
});
export type GateContext = z.infer<typeof GateContext>;

/** The one use of an approval. */
export const GateConsume = z.object({
  consumeId: z.string().optional(),
  by: z.string(),
  leaseId: z.string().optional(),
  epoch: z.int().optional(),
  at: z.string(),
  effectiveHash: z.string().optional(),
});
export type GateConsume = z.infer<typeof GateConsume>;

export const Gate = z
  .object({
    id: z.string(),
    taskId: z.string(),
    name: z.string(),
    status: GateStatus,
    state: GateState.optional(),
    source: GateSource,
    stage: z.string().optional(),
    instance: z.number().int(),
    attempt: z.number().int(),
    blocking: z.boolean().optional().meta({ description: 'Whether the task waits for it.' }),
    requiredAt: z.string(),
    reachedAt: z.string().optional(),
    notBefore: z.string().optional().meta({ description: 'No quorum counts before this.' }),
    respondedAt: z.string().optional(),
    approver: z.string().optional(),
    approverId: z.string().optional(),
    claimedApprover: z.string().optional(),
    comment: z.string().optional(),
    reason: z.string().optional(),
    approvers: z
      .array(z.string())
      .optional()
      .meta({ description: 'Who may decide it, by name or id; absent: whoever may decide gates.' }),
    quorum: z
      .number()
      .int()
      .optional()
      .meta({ description: 'How many different people must approve; absent: one.' }),
    votes: z.array(GateVote).optional(),
    delegations: z.array(GateDelegation).optional(),
    timeoutMinutes: z.number().optional(),
    expiresAt: z.string().optional(),
    action: GateAction,
    actionHash: z.string().meta({ example: 'sha256:…' }),
    bindingHash: z
      .string()
      .optional()
      .meta({ description: 'Binds action, requester, context, policy and instance.' }),
    advisory: GateAdvisory.optional(),
    proposed: GateAction.optional().meta({ description: 'What was asked for at first.' }),
    approved: GateAction.optional().meta({ description: 'What the approvers have agreed to.' }),
    effective: GateAction.optional().meta({ description: 'What was done.' }),
    requester: GateRequester.optional(),
    context: GateContext.optional(),
    policy: ToldPolicy.optional(),
    policyHash: z.string().optional(),
    consume: GateConsume.optional(),
    receipts: z.array(z.string()).optional(),
  })
  .meta({ id: 'Gate' });
export type Gate = z.infer<typeof Gate>;

/** `not-required` alone for a name that the task does not have. */
export const GateAnswer = z
  .object({
    status: GateStatus,
    ...Gate.partial().omit({ status: true }).shape,
    acceptanceCriteria: z.string().optional().meta({ description: 'Those of the task.' }),
    nonce: z.string().optional().meta({
      description: 'For the lease holder alone, once it is approved: by this the approval is used.',
    }),
  })
  .meta({ id: 'GateAnswer' });
export type GateAnswer = z.infer<typeof GateAnswer>;

export const GateList = z.object({ gates: z.array(Gate) });

const decision = {
  approver: fieldText('Approver', 200).optional(),
  actionHash: fieldText('ActionHash', 200).optional(),
};

export const GateDecisionBody = z
  .object({ ...decision, comment: fieldText('Comment', 10_000).optional() })
  .meta({ id: 'GateDecision' });
export type GateDecisionBody = z.infer<typeof GateDecisionBody>;

export const ChangeRequestBody = z
  .object({ ...decision, comment: fieldText('Comment', 10_000, { required: true }) })
  .meta({ id: 'ChangeRequest' });
export type ChangeRequestBody = z.infer<typeof ChangeRequestBody>;

export const GateReasonBody = z
  .object({ reason: fieldText('Reason', 2_000, { required: true }) })
  .meta({ id: 'GateReason' });
export type GateReasonBody = z.infer<typeof GateReasonBody>;

/** With `Prefer: return=representation` (RFC 7240) the gate as it is now stands beside. */
export const GateDecided = z
  .object({ ok: z.literal(true), gate: GateAnswer.optional(), receipt: z.string().optional() })
  .meta({ id: 'GateDecided' });
export type GateDecided = z.infer<typeof GateDecided>;

export const GATE_WAIT_MAX_MS = 25_000;
