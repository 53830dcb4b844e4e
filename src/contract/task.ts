import { z } from 'zod';
import { Artifact } from './artifact.ts';
import { fieldEnum, fieldInteger, fieldText } from './field.ts';
import { Gate } from './gate.ts';

export const TASK_STATUSES = [
  'pending',
  'queued',
  'planning',
  'in-progress',
  'waiting-approval',
  'paused',
  'completed',
  'failed',
  'cancelled',
] as const;
export const AUTONOMIES = [
  'full',
  'review-before-commit',
  'review-before-merge',
  'manual',
] as const;
/** Most urgent first: the order of the queue. */
export const PRIORITIES = ['low', 'normal', 'high', 'urgent'] as const;
/** Smallest first: the order of the queue. */
export const EFFORTS = ['xs', 'small', 'medium', 'large', 'xl'] as const;
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export const TaskStatus = fieldEnum('Status', TASK_STATUSES);
export type TaskStatus = z.infer<typeof TaskStatus>;
export const Autonomy = fieldEnum('Autonomy', AUTONOMIES);
export type Autonomy = z.infer<typeof Autonomy>;
export const Priority = fieldEnum('Priority', PRIORITIES);
export type Priority = z.infer<typeof Priority>;
export const Effort = fieldEnum('Effort', EFFORTS);
export type Effort = z.infer<typeof Effort>;
export const LogLevel = fieldEnum('Level', LOG_LEVELS);
export type LogLevel = z.infer<typeof LogLevel>;
export const WaitingFor = z.enum(['runner', 'dependency', 'concurrency', 'budget', 'gate']);
export type WaitingFor = z.infer<typeof WaitingFor>;

const usageShape = {
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  totalTokens: z.number().int(),
  estimatedCost: z.number(),
};

/** Cumulative. `estimatedCost` in dollars, shown to four decimals; inside it is integer micro-dollars. */
export const Usage = z
  .object({
    ...usageShape,
    withSubtasks: z
      .object(usageShape)
      .optional()
      .meta({ description: 'The sum with what its subtasks had used when they last ended.' }),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof Usage>;

export const TaskStage = z
  .object({
    name: z.string(),
    agent: z.string(),
    status: z.enum(['pending', 'running', 'completed', 'failed', 'skipped']),
    startedAt: z.string().optional(),
    completedAt: z.string().optional(),
    summary: z.string().optional(),
    attempts: z.number().int(),
  })
  .meta({ id: 'TaskStage' });
export type TaskStage = z.infer<typeof TaskStage>;

export const Feedback = z
  .object({ gate: z.string(), by: z.string(), comment: z.string(), at: z.string() })
  .meta({ id: 'Feedback' });
export type Feedback = z.infer<typeof Feedback>;

export const Lease = z
  .object({
    leaseId: z.string(),
    epoch: z.number().int(),
    runnerId: z.string(),
    runnerName: z.string(),
    grantedAt: z.string(),
    expiresAt: z.string(),
    lastHeartbeatAt: z.string().optional(),
    workId: z.string().optional(),
    progress: z
      .object({
        percent: z.number().optional(),
        message: z.string().optional(),
        turns: z.number().int().optional(),
      })
      .optional(),
  })
  .meta({ id: 'Lease' });
export type Lease = z.infer<typeof Lease>;

export const LogEntry = z
  .object({
    seq: z.number().int(),
    timestamp: z.string(),
    level: LogLevel,
    message: z.string(),
    agent: z.string().optional(),
    stage: z.string().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'LogEntry' });
export type LogEntry = z.infer<typeof LogEntry>;

/** At most `max` tasks of one project that carry the same `key` hold a lease at a time. */
export const Concurrency = z
  .object({
    key: fieldText('Concurrency.key', 100, { required: true }),
    max: fieldInteger('Concurrency.max', 1, 1_000),
  })
  .meta({ id: 'Concurrency' });
export type Concurrency = z.infer<typeof Concurrency>;

const rowShape = {
  id: z.string(),
  projectId: z.string(),
  description: z.string(),
  status: TaskStatus,
  workflow: z.string(),
  autonomy: Autonomy,
  priority: Priority,
  effort: Effort,
  createdAt: z.string(),
  updatedAt: z.string(),
  usage: Usage,
  currentStage: z.string().optional(),
  agent: z.string().optional().meta({ description: 'Whose stage it is at.' }),
  costLimit: z.number().optional().meta({ description: 'In dollars: what it may cost at most.' }),
  branchName: z.string().optional(),
  prUrl: z.string().optional(),
  parentTaskId: z.string().optional(),
  waitingFor: WaitingFor.optional(),
  error: z.string().optional(),
  completedAt: z.string().optional(),
  pausedAt: z.string().optional(),
  pauseReason: z.string().optional(),
  trashedAt: z.string().optional(),
  archivedAt: z.string().optional(),
  subtaskIds: z.array(z.string()).optional(),
};

/** A task in a list: no logs, artifacts or gates. */
export const TaskRow = z.object(rowShape).meta({ id: 'TaskRow' });
export type TaskRow = z.infer<typeof TaskRow>;

/** A task as events carry it: all but its logs, which are events themselves. */
export const TaskSnapshot = z
  .object({
    ...rowShape,
    environment: z.string(),
    branchName: z.string(),
    attempt: z.number().int(),
    retryCount: z.number().int(),
    maxRetries: z.number().int(),
    resumeAttempts: z.number().int(),
    dependsOn: z.array(z.string()),
    blockedBy: z.array(z.string()),
    subtaskIds: z.array(z.string()),
    stages: z.array(TaskStage),
    gates: z.array(Gate),
    createdBy: z.string(),
    artifacts: z.array(Artifact).meta({ description: 'The newest version of each name.' }),
    seq: z.number().int().meta({ description: 'The last event that this answer contains.' }),
    acceptanceCriteria: z.string().optional(),
    subtaskStrategy: z.enum(['sequential', 'parallel', 'dependency-based']).optional(),
    requires: z.array(z.string()).optional(),
    concurrency: Concurrency.optional(),
    statusMessage: z.string().optional(),
    waitingDetail: z.record(z.string(), z.unknown()).optional(),
    resumeAfter: z.string().optional(),
    feedback: z.array(Feedback).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    lease: Lease.optional(),
  })
  .meta({ id: 'TaskSnapshot' });
export type TaskSnapshot = z.infer<typeof TaskSnapshot>;

export const Task = z
  .object({
    ...TaskSnapshot.shape,
    logs: z.array(LogEntry).meta({ description: 'The newest 100, oldest first.' }),
  })
  .meta({ id: 'Task' });
export type Task = z.infer<typeof Task>;

export const Ok = z.object({ ok: z.literal(true) }).meta({ id: 'Ok' });
export const Done = z
  .object({ ok: z.literal(true), message: z.string(), taskId: z.string().optional() })
  .meta({ id: 'Done' });
export type Done = z.infer<typeof Done>;
