import { z } from 'zod';
import { Budget } from './budget.ts';
import { GitConfig, ProjectConfig, WorkspaceConfig } from './config.ts';
import { fieldInteger, fieldText } from './field.ts';
import { ProjectId } from './id.ts';
import { Autonomy, Effort, Priority, Usage, WaitingFor } from './task.ts';
import { CLAIM_WAIT_MS_MAX } from './timing.ts';
import { Work } from './work.ts';

export const RUNNER_PROTOCOL = 'sluice.runner.v1';

const labels = z
  .array(z.string().min(1).max(100), { error: 'Labels must be a list of strings' })
  .max(32);

export const RegisterBody = z
  .object({
    name: fieldText('Name', 100, { required: true, trim: true }),
    instanceId: fieldText('InstanceId', 100, { required: true }),
    projectId: ProjectId.optional(),
    labels: labels.default([]),
    environments: z.array(z.string().max(32)).max(10).default([]),
    adapters: z.array(z.string().max(32)).max(10).default(['plain']),
    capacity: fieldInteger('Capacity', 1, 64).default(1),
    version: fieldText('Version', 100).optional(),
    protocols: z.array(z.string().max(100)).max(10).default([RUNNER_PROTOCOL]),
  })
  .meta({ id: 'RegisterRunner' });
export type RegisterBody = z.infer<typeof RegisterBody>;

export const Runner = z
  .object({
    id: z.string(),
    name: z.string(),
    projectId: z.string(),
    status: z.enum(['online', 'draining', 'offline']),
    labels: z.array(z.string()),
    capacity: z.number().int(),
    leases: z.number().int(),
    taskIds: z.array(z.string()).optional().meta({
      description: 'The tasks it works on, of those that you may see; events leave it out.',
    }),
    lastSeenAt: z.string(),
  })
  .meta({ id: 'Runner' });
export type Runner = z.infer<typeof Runner>;

export const Registered = z
  .object({
    runner: Runner,
    token: z.string().meta({ description: '`slc_run_…`, shown once.' }),
    protocol: z.literal(RUNNER_PROTOCOL),
    leaseTtlMs: z.number().int(),
    heartbeatMs: z.number().int(),
    batch: z.object({ events: z.number().int(), bytes: z.number().int() }),
    serverTime: z.string(),
  })
  .meta({ id: 'RegisteredRunner' });
export type Registered = z.infer<typeof Registered>;

/** What a repeated request with an Idempotency-Key is answered: the token was shown to the first. */
export const RegisteredBefore = Registered.extend({
  token: z.null(),
  secretAlreadyShown: z.literal(true),
}).meta({ id: 'RegisteredBefore' });
export type RegisteredBefore = z.infer<typeof RegisteredBefore>;

export const RunnerList = z.object({ runners: z.array(Runner), count: z.number().int() });

export const ClaimBody = z
  .object({
    requestId: fieldText('RequestId', 100, { required: true }),
    slots: fieldInteger('Slots', 1, 64).default(1),
    waitMs: fieldInteger('WaitMs', 0, CLAIM_WAIT_MS_MAX).default(0),
  })
  .meta({ id: 'Claim' });
export type ClaimBody = z.infer<typeof ClaimBody>;

export const Grant = z
  .object({
    requestId: z.string(),
    lease: z.object({
      leaseId: z.string(),
      epoch: z.number().int(),
      expiresAt: z.string(),
      ttlMs: z.number().int(),
      heartbeatMs: z.number().int(),
    }),
    agentToken: z.string(),
    agentTokenExpiresAt: z.string(),
    seq: z.number().int(),
    task: z.object({
      id: z.string(),
      description: z.string(),
      acceptanceCriteria: z.string().optional(),
      workflow: z.string(),
      autonomy: Autonomy,
      priority: Priority,
      effort: Effort,
      attempt: z.number().int(),
      projectId: z.string(),
      environment: z.string(),
      branchName: z.string(),
      workBranch: z.string().meta({
        description: 'Where its commits go; a subtask has its own beside the branch it shares.',
      }),
      baseRef: z
        .string()
        .meta({ description: 'What the work branch begins at and is merged into.' }),
      parentTaskId: z.string().nullable(),
      metadata: z.record(z.string(), z.unknown()),
    }),
    work: Work,
    budget: Budget,
    config: z.object({ project: ProjectConfig, git: GitConfig, workspace: WorkspaceConfig }),
    resume: z.object({
      checkpoint: z.unknown().nullable(),
      lastRunnerId: z.string().nullable(),
      commit: z
        .string()
        .nullable()
        .meta({ description: 'The last commit on the branch of the task.' }),
      usage: Usage.optional().meta({ description: 'What the task had used at the grant.' }),
      patch: z
        .object({ artifact: z.string(), sha256: z.string(), base: z.string(), tree: z.string() })
        .nullable()
        .optional()
        .meta({
          description:
            'What was changed and not committed: the artifact makes the tree out of the base.',
        }),
    }),
  })
  .meta({ id: 'Grant' });
export type Grant = z.infer<typeof Grant>;

export const QueueCounts = z.object({
  claimable: z.number().int().meta({ description: 'Among the first 50 of the queue.' }),
  waiting: z.object({
    dependency: z.number().int(),
    concurrency: z.number().int(),
    budget: z.number().int(),
    labels: z.number().int(),
    backoff: z.number().int(),
  }),
});
export type QueueCounts = z.infer<typeof QueueCounts>;

export const ClaimAnswer = z
  .object({
    grants: z.array(Grant),
    queue: QueueCounts,
    drain: z.boolean(),
    retryAfterMs: z.number().int(),
  })
  .meta({ id: 'ClaimAnswer' });
export type ClaimAnswer = z.infer<typeof ClaimAnswer>;

export const QueueAnswer = z
  .object({
    items: z.array(
      z.object({
        taskId: z.string(),
        position: z.number().int().meta({ description: 'Among those that are shown.' }),
        priority: Priority,
        effort: Effort,
        since: z.string(),
        waitingFor: WaitingFor,
        waitingDetail: z.record(z.string(), z.unknown()),
      }),
    ),
    count: z.number().int(),
  })
  .meta({ id: 'Queue' });
export type QueueAnswer = z.infer<typeof QueueAnswer>;
