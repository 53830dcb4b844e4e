import { z } from 'zod';
import { fieldText } from './field.ts';

export const GateStatus = z.enum(['not-required', 'pending', 'approved', 'rejected']);
export type GateStatus = z.infer<typeof GateStatus>;

/** What a decision is about. Everything that changes the effect is in here, and so in `actionHash`. */
export const GateAction = z
  .object({
    type: z.enum(['gate.default', 'stage.continue', 'git.commit', 'git.merge']),
    target: z.record(z.string(), z.unknown()),
    params: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'GateAction' });
export type GateAction = z.infer<typeof GateAction>;

/** One approval of several that a gate asks for. */
export const GateVote = z.object({ approver: z.string(), approverId: z.string(), at: z.string() });
export type GateVote = z.infer<typeof GateVote>;

export const Gate = z
  .object({
    id: z.string(),
    taskId: z.string(),
    name: z.string(),
    status: GateStatus,
    source: z.enum(['autonomy', 'config', 'workflow', 'report']),
    stage: z.string().optional(),
    instance: z.number().int(),
    attempt: z.number().int(),
    requiredAt: z.string(),
    reachedAt: z.string().optional(),
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
    timeoutMinutes: z.number().optional(),
    expiresAt: z.string().optional(),
    action: GateAction,
    actionHash: z.string().meta({ example: 'sha256:…' }),
  })
  .meta({ id: 'Gate' });
export type Gate = z.infer<typeof Gate>;

/** `not-required` alone for a name that the task does not have. */
export const GateAnswer = z
  .object({ status: GateStatus, ...Gate.partial().omit({ status: true }).shape })
  .meta({ id: 'GateAnswer' });

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
