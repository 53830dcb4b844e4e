// What happens at gates.

import { z } from 'zod';
import { Gate, GateAction, GateVote } from './gate.ts';
import { TaskStatus } from './task.ts';

const text = z.string();
const status = TaskStatus;
const named = { gateId: text, gateName: text, instance: z.int().optional(), status };

const Reported = z.object({ status, stage: text.optional(), message: text.optional() });

const decided = {
  ...named,
  comment: text.optional(),
  approverId: text,
  claimedApprover: text.optional(),
  actionHash: text,
  bindingHash: text.optional(),
  votes: z.array(GateVote).optional().meta({ description: 'All that counted, this one too.' }),
};

export const GateRequired = z.object({
  ...named,
  stage: text.optional(),
  action: GateAction,
  actionHash: text,
  approvers: z.array(text),
  quorum: z.int(),
  expiresAt: text.optional(),
  notBefore: text.optional(),
  ...Gate.pick({
    bindingHash: true,
    advisory: true,
    requester: true,
    context: true,
    policy: true,
    policyHash: true,
  }).partial().shape,
  opened: Gate.optional().meta({
    description: 'The whole record, where reaching the gate opened a new instance.',
  }),
  held: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('report'), before: status, report: Reported }),
      z.object({ kind: z.literal('asked'), before: status }),
      z.object({ kind: z.literal('work') }),
    ])
    .optional()
    .meta({
      description: 'What the task does once the gate is approved; absent: its work goes on.',
    }),
});

export const GateApproved = z.object({ ...decided, approver: text });

export const GateVoted = z.object({
  ...named,
  approver: text,
  approverId: text,
  comment: text.optional(),
  votes: z.array(GateVote),
  quorum: z.int(),
});

export const GateRejected = z.object({ ...decided, rejector: text, reason: text.optional() });

export const GateChangesRequested = z.object({
  ...decided,
  requester: text,
  comment: text,
  stage: text,
  next: Gate,
});

/** The members of a record that have changed. */
const GateChange = Gate.partial().meta({ id: 'GateChange' });

/** Whatever else becomes of a gate: by whom, why, and which members of its record have changed. */
export const GateChanged = z.object({
  ...named,
  by: text.meta({ description: 'A name; `clock` where nobody did it.' }),
  byId: text,
  reason: text.optional(),
  changed: GateChange,
});
