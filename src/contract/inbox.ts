// What waits for people, over all tasks that one may read.

import { z } from 'zod';
import { fieldEnum, fieldText, queryInteger, queryText } from './field.ts';
import { Gate, GateState, GateStatus, GateVote } from './gate.ts';
import { ProjectId } from './id.ts';
import { TaskRow } from './task.ts';

export const GATE_ID = /^gate_[0-9a-hjkmnp-tv-z]{26}$/;
export const DECISIONS_MAX = 50;

/** What each of the four words means here. A gate that was not reached is in no inbox. */
export const STATES_OF: Readonly<Record<GateStatus, readonly GateState[]>> = {
  pending: ['pending'],
  approved: ['approved', 'consumed'],
  rejected: ['rejected', 'expired', 'changes-requested'],
  'not-required': ['waived', 'cancelled'],
};

export const InboxQuery = z.object({
  state: z
    .enum(GateState.options, { error: `State must be one of: ${GateState.options.join(', ')}` })
    .optional()
    .meta({ description: 'Default: pending.' }),
  status: z
    .enum(GateStatus.options, { error: `Status must be one of: ${GateStatus.options.join(', ')}` })
    .optional(),
  mine: z
    .enum(['true', 'false'], { error: 'Mine must be one of: true, false' })
    .default('false')
    .meta({ description: 'Only those that the caller can decide and has not voted on.' }),
  projectId: ProjectId.optional().meta({ description: 'Default: all that the caller may read.' }),
  q: queryText('Q', 200)
    .optional()
    .meta({ description: "A part of the task's description or of the gate's name, in any case." }),
  limit: queryInteger('Limit', 1, 100, 25),
  cursor: queryText('Cursor', 200).optional(),
});
export type InboxQuery = z.infer<typeof InboxQuery>;

export const InboxGate = z
  .object({
    ...Gate.shape,
    acceptanceCriteria: z.string().optional(),
    task: TaskRow,
    canDecide: z.boolean().meta({ description: 'Whether a decision of the caller would count.' }),
    why: z.string().nullable().meta({
      description: 'The code with which it would be refused; null where it would not.',
    }),
    myVote: GateVote.nullable(),
  })
  .meta({ id: 'InboxGate' });
export type InboxGate = z.infer<typeof InboxGate>;

export const Inbox = z
  .object({
    gates: z.array(InboxGate),
    count: z.int().meta({ description: 'The gates in this answer.' }),
    nextCursor: z.string().optional(),
  })
  .meta({ id: 'Inbox' });
export type Inbox = z.infer<typeof Inbox>;

const GateDecision = z
  .object({
    taskId: fieldText('TaskId', 100, { required: true }),
    gateId: fieldText('GateId', 100, { required: true }),
    decision: fieldEnum('Decision', ['approve', 'reject', 'request-changes']),
    actionHash: fieldText('ActionHash', 200, { required: true }),
    comment: fieldText('Comment', 10_000).optional(),
  })
  .refine(({ decision, comment = '' }) => decision !== 'request-changes' || comment.trim() !== '', {
    error: 'Comment is required',
    path: ['comment'],
  });
export type GateDecision = z.infer<typeof GateDecision>;

const LIST_RULE = `Decisions must be a list of 1 to ${DECISIONS_MAX}`;
export const GateDecisionsBody = z
  .object({
    decisions: z
      .array(GateDecision, { error: LIST_RULE })
      .min(1, LIST_RULE)
      .max(DECISIONS_MAX, LIST_RULE),
  })
  .meta({ id: 'GateDecisions' });
export type GateDecisionsBody = z.infer<typeof GateDecisionsBody>;

export const GateDecisionResults = z
  .object({
    results: z.array(
      z.object({
        gateId: z.string(),
        ok: z.boolean(),
        code: z.string().optional().meta({ description: 'Why not.' }),
      }),
    ),
  })
  .meta({ id: 'GateDecisionResults' });
export type GateDecisionResults = z.infer<typeof GateDecisionResults>;
