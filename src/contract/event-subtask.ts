import { z } from 'zod';
import { Plan } from './plan.ts';
import { Strategy } from './subtask.ts';
import { Effort, Priority, TaskRow, TaskStatus } from './task.ts';

const text = z.string();

/** What a task is waiting for: another task, and how that stands. `deleted`: it was purged from the trash. */
export const Dependency = z
  .object({ id: text, status: z.union([TaskStatus, z.literal('deleted')]) })
  .meta({ id: 'Dependency' });
export type Dependency = z.infer<typeof Dependency>;

/** Where a task stands among the subtasks of its parent. `branch`: what its work is merged into. */
export const ParentLink = z.object({
  id: text,
  index: z.number().int(),
  depth: z.number().int(),
  branch: text,
});
export type ParentLink = z.infer<typeof ParentLink>;

export const Spending = z.object({
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  costMicros: z.number().int(),
});

/** All that the subtask is made of, so that making it needs nothing but its parent's log. */
export const SubtaskCreated = z.object({
  subtask: z.object({ id: text, description: text, status: z.literal('pending') }),
  definition: z.object({
    acceptanceCriteria: text.optional(),
    workflow: text,
    priority: Priority,
    effort: Effort,
    dependsOn: z.array(text),
    plan: Plan.optional().meta({ description: "Absent: its parent's, without merge gates." }),
  }),
});
export type SubtaskCreated = z.infer<typeof SubtaskCreated>;

export const SubtaskTold = z.object({
  subtask: TaskRow,
  error: text.optional(),
  spent: Spending.meta({ description: 'By it and its own subtasks.' }),
  attempt: z.number().int().optional(),
  seq: z.number().int().optional().meta({ description: 'Of the log of the subtask.' }),
  refused: z.literal(true).optional().meta({
    description: 'It would not do what its parent asked: nothing more is asked of it.',
  }),
});
export type SubtaskTold = z.infer<typeof SubtaskTold>;

export const Decomposition = z.object({
  subtaskIds: z.array(text),
  strategy: Strategy,
  status: TaskStatus,
});

export const DependencyChanged = z.object({
  dependency: Dependency,
  blockedBy: z.array(text).meta({ description: 'The dependencies not completed.' }),
});
