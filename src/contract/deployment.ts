// A deployment: the record of a pipeline, its order, its deadline and its promotion. The work is done elsewhere.

import { z } from 'zod';
import { Approval } from './approval.ts';
import { queryText } from './field.ts';
import { listingOf, PageQuery } from './listing.ts';

export const STAGES_MAX = 20;
export const ARTIFACTS_MAX = 50;
/** So many of one project are neither promoted nor ended. */
export const OPEN_DEPLOYMENTS_MAX = 100;
export const TIMEOUT_SECONDS = 3_600;
export const TIMEOUT_SECONDS_MAX = 7 * 86_400;
/** The last step of each, which is no stage of its own. */
export const PROMOTE = 'promote';
export const STAGE_NAME = /^[a-z][a-z0-9-]{0,39}$/;
export const DEPLOYMENT_ID = /^dep_[0-9a-hjkmnp-tv-z]{26}$/;

export const DEPLOYMENT_STATES = [
  'pending',
  'running',
  'ready',
  'succeeded',
  'failed',
  'cancelled',
] as const;
export const DeploymentState = z.enum(DEPLOYMENT_STATES);
export type DeploymentState = z.infer<typeof DeploymentState>;

export const STAGE_STATES = ['pending', 'running', 'succeeded', 'failed', 'skipped'] as const;
export const SOURCE_KINDS = ['ci', 'manual', 'task', 'promotion'] as const;
export const ARTIFACT_KINDS = ['container', 'bundle', 'binary', 'source', 'other'] as const;

export const DeploymentSource = z
  .object({
    kind: z.enum(SOURCE_KINDS),
    taskId: z.string().nullable(),
    deploymentId: z.string().nullable().meta({ description: 'Whose artifacts it promotes again.' }),
    repository: z.string().nullable(),
    branch: z.string().nullable(),
    commit: z.string().nullable(),
    url: z.string().nullable(),
  })
  .meta({ id: 'DeploymentSource' });
export type DeploymentSource = z.infer<typeof DeploymentSource>;

export const DeploymentStage = z
  .object({
    name: z.string().meta({ example: 'build' }),
    state: z.enum(STAGE_STATES),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    summary: z.string().nullable(),
    logUrl: z.string().nullable(),
  })
  .meta({ id: 'DeploymentStage' });
export type DeploymentStage = z.infer<typeof DeploymentStage>;

export const DeploymentArtifact = z
  .object({
    id: z.string(),
    name: z.string().meta({ example: 'web' }),
    kind: z.enum(ARTIFACT_KINDS),
    uri: z.string().meta({ description: 'Where it lies; never fetched by Sluice.' }),
    digest: z.string().meta({ example: `sha256:${'0'.repeat(64)}` }),
    sizeBytes: z.int().nullable(),
    createdAt: z.string(),
    promotedAt: z.string().nullable(),
  })
  .meta({ id: 'DeploymentArtifact' });
export type DeploymentArtifact = z.infer<typeof DeploymentArtifact>;

export const DeploymentFailure = z
  .object({
    stage: z.string().meta({ example: 'test' }),
    summary: z.string(),
    remediation: z.array(z.string()).meta({ description: 'What to do; never empty.' }),
    logUrl: z.string().nullable(),
    at: z.string(),
    detectedBy: z.enum(['report', 'timeout', 'task']),
  })
  .meta({ id: 'DeploymentFailure' });
export type DeploymentFailure = z.infer<typeof DeploymentFailure>;

export const Deployment = z
  .object({
    id: z.string().meta({ example: 'dep_01k9z4v3m8x2c7q5t1w6y0b4na' }),
    projectId: z.string(),
    environment: z.string(),
    release: z.string().nullable(),
    state: DeploymentState,
    currentStage: z.string().nullable().meta({
      description: 'While it is at work: the stage that is not done yet, at the end `promote`.',
    }),
    autoPromote: z.boolean(),
    waitingFor: z.enum(['artifact', 'human', 'promotion']).nullable(),
    source: DeploymentSource,
    stages: z.array(DeploymentStage).max(STAGES_MAX),
    artifacts: z.array(DeploymentArtifact).max(ARTIFACTS_MAX),
    failure: DeploymentFailure.nullable(),
    approval: Approval.nullable().meta({
      description: 'In a protected environment, from when it is ready.',
    }),
    timeoutSeconds: z.int(),
    deadlineAt: z.string().meta({
      description: 'When it fails unless it is done; while people are asked, when that expires.',
    }),
    promotedAt: z.string().nullable(),
    promotedBy: z.string().nullable().meta({ description: 'Null too where it was by itself.' }),
    supersededBy: z.string().nullable(),
    createdBy: z.string(),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    finishedAt: z.string().nullable(),
    revision: z.int(),
  })
  .meta({ id: 'Deployment' });
export type Deployment = z.infer<typeof Deployment>;

export const DeploymentList = listingOf(Deployment, 'DeploymentList');

/** A deployment as it is kept: without what follows from the rest, and with what only its rules look at. */
export interface DeploymentRecord extends Omit<Deployment, 'currentStage' | 'waitingFor'> {
  readonly readyAt: string | null;
  /** The lease under which a runner has opened it. */
  readonly lease: { readonly leaseId: string; readonly epoch: number } | null;
  /** Whose work it is: they cannot be the ones who approve it. */
  readonly requesters: readonly string[];
}

export const DeploymentsQuery = PageQuery.extend({
  environment: queryText('Environment', 32).optional(),
  state: z
    .enum(DEPLOYMENT_STATES, { error: `State must be one of: ${DEPLOYMENT_STATES.join(', ')}` })
    .optional(),
  taskId: queryText('TaskId', 100).optional(),
});
export type DeploymentsQuery = z.infer<typeof DeploymentsQuery>;
