import { z } from 'zod';
import { Sha256Hex } from './artifact.ts';
import { fieldInteger, fieldText } from './field.ts';
import { GateAction } from './gate.ts';
import { Holder } from './holder.ts';
import { DecomposeBody } from './subtask.ts';
import { Feedback } from './task.ts';

/** What the runner is asked to do next. `commit` and `merge` carry an action instead of an agent. */
export const Work = z
  .object({
    workId: z.string(),
    kind: z.enum(['stage', 'commit', 'merge']),
    stage: z.string(),
    index: z.number().int().meta({ description: '1 for the first stage.' }),
    of: z.number().int(),
    try: z.number().int(),
    agent: z
      .object({
        name: z.string(),
        model: z.string(),
        tools: z.array(z.string()),
        prompt: z.string().meta({ description: 'What the agent command gets on stdin.' }),
      })
      .optional(),
    inputs: z.record(z.string(), z.string()),
    outputs: z.array(z.string()),
    feedback: z.array(Feedback),
    limits: z.object({
      timeoutSeconds: z.number().int(),
      maxTurns: z.number().int(),
      graceSeconds: z.number().int(),
    }),
    toolGates: z
      .array(z.object({ match: z.string(), gate: z.string() }))
      .optional()
      .meta({ description: 'What people are asked about before a tool does it.' }),
    action: GateAction.optional(),
    gateId: z.string().nullable().optional(),
  })
  .meta({ id: 'Work' });
export type Work = z.infer<typeof Work>;

export const Next = z
  .discriminatedUnion('do', [
    z.object({ do: z.literal('work'), work: Work }),
    z.object({
      do: z.literal('hold'),
      for: z.literal('gate'),
      gates: z.array(z.object({ id: z.string(), name: z.string() })),
      holdMs: z.number().int(),
    }),
    z.object({ do: z.literal('stop'), status: z.string(), released: z.literal(true) }),
  ])
  .meta({ id: 'Next' });
export type Next = z.infer<typeof Next>;

/** What a stage changed in its work tree, against the commit it stands on. */
export const Changes = z.object({
  files: z.int().min(0),
  insertions: z.int().min(0),
  deletions: z.int().min(0),
  tree: z.string().max(64).optional().meta({ description: 'The git tree of all changes.' }),
  base: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'The commit that the changes stand on.' }),
  paths: z.array(z.string().max(1_000)).max(1_000).optional(),
  patch: z
    .object({ artifact: z.string().max(200), sha256: Sha256Hex })
    .optional()
    .meta({
      description: 'The artifact that makes the tree out of the base: a binary git diff.',
    }),
});
export type Changes = z.infer<typeof Changes>;

export const ResultBody = Holder.extend({
  outcome: z.enum(['completed', 'failed', 'paused', 'needs-input'], {
    error: 'Outcome must be one of: completed, failed, paused, needs-input',
  }),
  exitCode: z.int().nullable().optional(),
  signal: z.string().max(32).nullable().optional(),
  summary: fieldText('Summary', 10_000).optional(),
  outputs: z
    .record(z.string().max(100), z.string().max(65_536))
    .refine((value) => Object.keys(value).length <= 50, 'Outputs must be 50 or fewer')
    .default({}),
  producers: z.record(z.string().regex(/^[a-z0-9-]{1,32}$/), z.int().min(0)).default({}),
  changes: Changes.optional(),
  error: z
    .object({ code: z.string().max(100), message: z.string().max(10_000), retryable: z.boolean() })
    .optional(),
  pauseReason: fieldText('PauseReason', 100).optional(),
  resumeAfterMs: fieldInteger('ResumeAfterMs', 0, 86_400_000).optional(),
  question: fieldText('Question', 10_000).optional(),
  effectiveHash: fieldText('EffectiveHash', 100).optional().meta({
    description: 'Of a commit or a merge: the hash of the action that was really done.',
  }),
  decompose: DecomposeBody.optional().meta({
    description: 'Subtasks that are done before the task goes on.',
  }),
}).meta({ id: 'WorkResult' });
export type ResultBody = z.infer<typeof ResultBody>;

export const ResultAnswer = z
  .object({ next: Next, seq: z.number().int() })
  .meta({ id: 'WorkResultAnswer' });
export type ResultAnswer = z.infer<typeof ResultAnswer>;

export const WorkAnswer = z.object({ work: z.union([Work, z.null()]), next: Next.optional() });
