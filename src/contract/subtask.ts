import { z } from 'zod';
import { fieldEnum, fieldText } from './field.ts';
import { Effort, Priority, TaskRow } from './task.ts';

/** The most subtasks of one task, and how deep subtasks can have subtasks of their own. */
export const SUBTASKS_MAX = 50;
export const SUBTASK_DEPTH_MAX = 3;
/** Where a task stands while its subtasks are at work. */
export const SUBTASK_STAGE = 'subtask-execution';

export const STRATEGIES = ['sequential', 'parallel', 'dependency-based'] as const;
export const Strategy = fieldEnum('Strategy', STRATEGIES);
export type Strategy = z.infer<typeof Strategy>;

const NONE = 'At least one subtask definition is required';

/** `dependsOn` holds descriptions of siblings in the same call, or ids of tasks of the project. */
export const SubtaskDefinition = z
  .object({
    description: fieldText('Description', 20_000, { required: true, trim: true }),
    acceptanceCriteria: fieldText('AcceptanceCriteria', 20_000).optional(),
    workflow: fieldText('Workflow', 100).optional(),
    priority: Priority.optional(),
    effort: Effort.optional(),
    dependsOn: z
      .array(z.string({ error: 'DependsOn must be a list of strings' }), {
        error: 'DependsOn must be a list of strings',
      })
      .max(50, 'DependsOn must be 50 or fewer')
      .default([]),
  })
  .meta({ id: 'SubtaskDefinition' });
export type SubtaskDefinition = z.infer<typeof SubtaskDefinition>;

export const DecomposeBody = z
  .object({
    subtasks: z
      .array(SubtaskDefinition, {
        error: (issue) => (issue.input === undefined ? NONE : 'Subtasks must be a list'),
      })
      .min(1, NONE)
      .max(SUBTASKS_MAX, `Subtasks must be ${SUBTASKS_MAX} or fewer`),
    strategy: Strategy.default('sequential'),
    reason: fieldText('Reason', 1_000).optional(),
  })
  .meta({ id: 'Decompose' });
export type DecomposeBody = z.infer<typeof DecomposeBody>;

export const Decomposed = z
  .object({
    ok: z.literal(true),
    parentTaskId: z.string(),
    subtasks: z.array(
      z.object({ id: z.string(), description: z.string(), status: z.literal('pending') }),
    ),
    strategy: Strategy,
  })
  .meta({ id: 'Decomposed' });
export type Decomposed = z.infer<typeof Decomposed>;

export const SubtaskList = z
  .object({
    parentTaskId: z.string(),
    subtasks: z.array(TaskRow).meta({ description: 'In the order of their definition.' }),
    count: z.number().int(),
  })
  .meta({ id: 'SubtaskList' });
export type SubtaskList = z.infer<typeof SubtaskList>;

export const SubtaskCounts = z
  .object({
    parentTaskId: z.string(),
    total: z.number().int(),
    completed: z.number().int(),
    failed: z.number().int(),
    pending: z.number().int().meta({ description: 'Pending and queued ones.' }),
    inProgress: z.number().int().meta({ description: 'Every other open one.' }),
    cancelled: z.number().int(),
  })
  .meta({ id: 'SubtaskCounts' });
export type SubtaskCounts = z.infer<typeof SubtaskCounts>;

export const IsSubtask = z
  .object({
    taskId: z.string(),
    isSubtask: z.boolean(),
    parentTaskId: z.string().nullable(),
  })
  .meta({ id: 'IsSubtask' });
export type IsSubtask = z.infer<typeof IsSubtask>;
