import { z } from 'zod';
import { fieldInteger, fieldObject, fieldText } from './field.ts';
import { ProjectId } from './id.ts';
import { Autonomy, Concurrency, Effort, LogLevel, Priority, TASK_STATUSES } from './task.ts';

const MAX_DESCRIPTION = 20_000;

const label = z
  .string({ error: 'Requires must be a list of labels' })
  .min(1, 'Requires must be a list of labels')
  .max(100, 'Requires must be labels of 100 characters or less');

/** Limits of a task's own: never higher than the project's. */
const OwnLimits = z.object(
  {
    maxTokensPerTask: fieldInteger('Limits.maxTokensPerTask', 1, 1_000_000_000).optional(),
    maxCostPerTask: z
      .number({ error: 'Limits.maxCostPerTask must be a number of dollars' })
      .min(0, 'Limits.maxCostPerTask must not be negative')
      .optional(),
    maxTurns: fieldInteger('Limits.maxTurns', 1, 100_000).optional(),
    maxWallMinutes: fieldInteger('Limits.maxWallMinutes', 1, 43_200).optional(),
    maxFilesChanged: fieldInteger('Limits.maxFilesChanged', 1, 1_000_000).optional(),
    maxLinesChanged: fieldInteger('Limits.maxLinesChanged', 1, 1_000_000_000).optional(),
  },
  { error: 'Limits must be an object' },
);

const TASK_IDS = 'DependsOn must be a list of task ids';
const DESCRIPTION = 'Description is required';

export const CreateTaskBody = z
  .object({
    description: fieldText('Description', MAX_DESCRIPTION, { required: true, trim: true })
      .optional()
      .meta({ description: 'Required, unless a template has one.' }),
    acceptanceCriteria: fieldText('AcceptanceCriteria', MAX_DESCRIPTION).optional(),
    workflow: fieldText('Workflow', 100).optional(),
    autonomy: Autonomy.optional(),
    priority: Priority.optional(),
    effort: Effort.optional(),
    maxRetries: fieldInteger('MaxRetries', 0, 10).optional(),
    projectId: ProjectId.optional(),
    environment: fieldText('Environment', 32).optional(),
    metadata: fieldObject('Metadata', 16_384).optional(),
    dependsOn: z
      .array(z.string({ error: TASK_IDS }), { error: TASK_IDS })
      .max(50, 'DependsOn must be 50 or fewer')
      .optional(),
    templateId: fieldText('TemplateId', 100)
      .optional()
      .meta({ description: 'Its fields fill what the body leaves out.' }),
    requires: z
      .array(label, { error: 'Requires must be a list of labels' })
      .max(32, 'Requires must be 32 or fewer')
      .optional()
      .meta({ description: 'The labels that a runner must have.' }),
    concurrency: Concurrency.optional(),
    limits: OwnLimits.optional(),
  })
  .refine(({ description, templateId }) => description !== undefined || templateId !== undefined, {
    error: DESCRIPTION,
    path: ['description'],
  })
  .meta({ id: 'CreateTask' });
export type CreateTaskBody = z.infer<typeof CreateTaskBody>;

export const CreatedTask = z
  .object({ taskId: z.string(), status: z.literal('pending'), message: z.string() })
  .meta({ id: 'CreatedTask' });

export const StatusBody = z
  .object({
    status: z.enum(TASK_STATUSES, {
      error: (issue) =>
        issue.input === undefined
          ? 'Status is required'
          : `Status must be one of: ${TASK_STATUSES.join(', ')}`,
    }),
    stage: fieldText('Stage', 100).optional(),
    message: fieldText('Message', 10_000).optional(),
  })
  .meta({ id: 'StatusReport' });
export type StatusBody = z.infer<typeof StatusBody>;

/** `gate` and `status` stand there when the report is held at an undecided gate. */
export const StatusAnswer = z
  .object({
    ok: z.literal(true),
    status: z.literal('waiting-approval').optional(),
    gate: z.string().optional(),
  })
  .meta({ id: 'StatusAnswer' });
export type StatusAnswer = z.infer<typeof StatusAnswer>;

export const LogBody = z
  .object({
    message: fieldText('Message', 65_536, { required: true }),
    level: LogLevel.default('info'),
    agent: fieldText('Agent', 100).optional(),
    stage: fieldText('Stage', 100).optional(),
    metadata: fieldObject('Metadata', 16_384).optional(),
  })
  .meta({ id: 'LogReport' });
export type LogBody = z.infer<typeof LogBody>;

export const CancelBody = z
  .object({ reason: fieldText('Reason', 1_000).optional() })
  .meta({ id: 'Cancel' });
export const PauseBody = z
  .object({
    reason: fieldText('Reason', 100)
      .transform((reason) => reason.trim() || 'manual')
      .default('manual'),
    resumeAfter: z.iso
      .datetime({ offset: true, error: 'ResumeAfter must be a date' })
      .transform((date) => new Date(date).toISOString())
      .optional(),
  })
  .meta({ id: 'Pause' });
export const RetryBody = z
  .object({ from: fieldText('From', 100).optional() })
  .meta({ id: 'Retry' });
