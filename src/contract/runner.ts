import { z } from 'zod';
import { fieldInteger, fieldText } from './field.ts';
import { GateAction } from './gate.ts';
import { ProjectId } from './id.ts';
import { GitConfig, ProjectConfig, WorkspaceConfig } from './config.ts';
import { Autonomy, Effort, Feedback, Lease, Priority, WaitingFor } from './task.ts';

export const RUNNER_PROTOCOL = 'sluice.runner.v1';
export const LEASE_TTL_MS = 60_000;
export const HEARTBEAT_MS = 20_000;
/** How long a task waits for the first sign of life after a grant before it goes back, uncounted. */
export const FIRST_SIGN_MS = 15_000;
/** How long a runner keeps its lease at an undecided gate. */
export const HOLD_MS = 60_000;
export const CLAIM_WAIT_MS_MAX = 25_000;
export const BATCH = { events: 1_000, bytes: 1_048_576 } as const;
export const EVENT_BYTES_MAX = 65_536;
export const PRODUCERS_MAX = 8;
export const GRACE_MS = 30_000;

const labels = z.array(z.string().min(1).max(100), { error: 'Labels must be a list of strings' }).max(32);

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

export const RunnerList = z.object({ runners: z.array(Runner), count: z.number().int() });

export const ClaimBody = z
  .object({
    requestId: fieldText('RequestId', 100, { required: true }),
    slots: fieldInteger('Slots', 1, 64).default(1),
    waitMs: fieldInteger('WaitMs', 0, CLAIM_WAIT_MS_MAX).default(0),
  })
  .meta({ id: 'Claim' });
export type ClaimBody = z.infer<typeof ClaimBody>;

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
      baseRef: z.string(),
      parentTaskId: z.string().nullable(),
      metadata: z.record(z.string(), z.unknown()),
    }),
    work: Work,
    config: z.object({ project: ProjectConfig, git: GitConfig, workspace: WorkspaceConfig }),
    resume: z.object({ checkpoint: z.unknown().nullable(), lastRunnerId: z.string().nullable() }),
  })
  .meta({ id: 'Grant' });
export type Grant = z.infer<typeof Grant>;

export const QueueCounts = z.object({
  claimable: z.number().int(),
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

/** What every write of a lease holder carries. */
export const Holder = z.object({
  leaseId: fieldText('LeaseId', 100, { required: true }),
  epoch: fieldInteger('Epoch', 0, Number.MAX_SAFE_INTEGER),
});

export const HeartbeatBody = Holder.extend({
  workId: fieldText('WorkId', 100).optional(),
  progress: z
    .object({
      percent: z.number().min(0).max(100).optional(),
      message: fieldText('Message', 1_000).optional(),
      turns: fieldInteger('Turns', 0, 1_000_000).optional(),
    })
    .optional(),
  acks: z.array(z.string().max(100)).max(100).default([]),
  waitMs: fieldInteger('WaitMs', 0, HEARTBEAT_MS).default(0),
}).meta({ id: 'Heartbeat' });
export type HeartbeatBody = z.infer<typeof HeartbeatBody>;

/** Repeated until acknowledged; doing one twice is harmless. */
export const Command = z
  .discriminatedUnion('type', [
    z.object({
      id: z.string(),
      type: z.literal('pause'),
      at: z.string(),
      data: z.object({ reason: z.string(), graceMs: z.number().int() }),
    }),
    z.object({
      id: z.string(),
      type: z.literal('cancel'),
      at: z.string(),
      data: z.object({ reason: z.string(), graceMs: z.number().int() }),
    }),
    z.object({ id: z.string(), type: z.literal('work'), at: z.string(), data: z.object({ work: Work }) }),
  ])
  .meta({ id: 'RunnerCommand' });
export type Command = z.infer<typeof Command>;

export const HeartbeatAnswer = z
  .object({
    lease: Lease,
    agentToken: z.string().optional(),
    agentTokenExpiresAt: z.string().optional(),
    commands: z.array(Command),
    gates: z.array(z.object({ id: z.string(), name: z.string(), state: z.string() })),
    seq: z.number().int(),
  })
  .meta({ id: 'HeartbeatAnswer' });
export type HeartbeatAnswer = z.infer<typeof HeartbeatAnswer>;

export const ReleaseBody = Holder.extend({ reason: fieldText('Reason', 100).default('drain') }).meta({
  id: 'Release',
});

export const LeaseAnswer = z.object({ lease: Lease.nullable(), epoch: z.number().int() });

/** One event of a producer; `n` counts from 1 without holes per epoch and producer. */
export const ProducedEvent = z.object({
  n: z.int().min(1),
  type: z.string().max(100),
  at: z.iso.datetime().optional(),
  data: z.record(z.string(), z.unknown()),
});
export type ProducedEvent = z.infer<typeof ProducedEvent>;

export const EventsBody = Holder.extend({
  producer: z
    .string({ error: 'Producer must be a string' })
    .regex(/^[a-z0-9-]{1,32}$/, 'Producer must be 1 to 32 of a-z, 0-9 and -'),
  events: z
    .array(z.unknown(), { error: 'Events must be a list' })
    .min(1, 'Events must not be empty')
    .max(BATCH.events, `Events must be ${BATCH.events} or fewer`),
}).meta({ id: 'EventBatch' });
export type EventsBody = z.infer<typeof EventsBody>;

export const EventsAnswer = z
  .object({
    producer: z.string(),
    acked: z.number().int(),
    seq: z.number().int(),
    duplicates: z.number().int(),
    window: z.object({ frames: z.number().int(), bytes: z.number().int() }),
  })
  .meta({ id: 'EventBatchAnswer' });
export type EventsAnswer = z.infer<typeof EventsAnswer>;

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
  changes: z
    .object({
      files: z.int().min(0),
      insertions: z.int().min(0),
      deletions: z.int().min(0),
      tree: z.string().max(64).optional().meta({ description: 'The git tree of all changes.' }),
      base: z.string().max(64).optional().meta({ description: 'The commit that the changes stand on.' }),
      paths: z.array(z.string().max(1_000)).max(1_000).optional(),
    })
    .optional(),
  error: z
    .object({ code: z.string().max(100), message: z.string().max(10_000), retryable: z.boolean() })
    .optional(),
  pauseReason: fieldText('PauseReason', 100).optional(),
  resumeAfterMs: fieldInteger('ResumeAfterMs', 0, 86_400_000).optional(),
  question: fieldText('Question', 10_000).optional(),
}).meta({ id: 'WorkResult' });
export type ResultBody = z.infer<typeof ResultBody>;

export const ResultAnswer = z.object({ next: Next, seq: z.number().int() }).meta({ id: 'WorkResultAnswer' });
export type ResultAnswer = z.infer<typeof ResultAnswer>;

export const WorkAnswer = z.object({ work: Work.nullable(), next: Next.optional() });

export const QueueAnswer = z
  .object({
    items: z.array(
      z.object({
        taskId: z.string(),
        position: z.number().int(),
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
