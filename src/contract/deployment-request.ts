import { z } from 'zod';
import {
  ARTIFACT_KINDS,
  ARTIFACTS_MAX,
  PROMOTE,
  STAGE_NAME,
  STAGES_MAX,
  TIMEOUT_SECONDS,
  TIMEOUT_SECONDS_MAX,
} from './deployment.ts';
import { fieldEnum, fieldInteger } from './field.ts';
import { fieldLine, fieldLink, fieldProse } from './plain-text.ts';

const SUMMARY_MAX = 4_000;
const STEP_MAX = 500;
const STEPS_MAX = 20;
const URI_MAX = 2_048;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
/** A name and a password in a URI are no part of where something lies. */
const WITH_PASSWORD = /^https?:\/\/[^/?#]*@/i;

const flag = (name: string) => z.boolean({ error: `${name} must be true or false` });
const line = (name: string, max: number) => fieldLine(name, max).nullable().default(null);

const summary = fieldProse('Summary', SUMMARY_MAX);
const remediation = z
  .array(fieldLine('Remediation', STEP_MAX), { error: 'Remediation must be a list of texts' })
  .max(STEPS_MAX, `Remediation must be ${STEPS_MAX} or fewer`)
  .default([])
  .meta({ description: 'What to do, step by step. Without any, Sluice says what is usual.' });

const stageName = (name: string) =>
  z
    .string({ error: `${name} must be a string` })
    .regex(STAGE_NAME, `${name} must be 1 to 40 lower-case letters, digits and hyphens`)
    .meta({ example: 'build' });

export const ArtifactBody = z
  .strictObject({
    name: fieldLine('Name', 100).meta({ example: 'web' }),
    kind: fieldEnum('Kind', ARTIFACT_KINDS),
    uri: fieldLine('Uri', URI_MAX).refine(
      (uri) => !WITH_PASSWORD.test(uri),
      'Uri must not have a name or a password in it',
    ),
    digest: z
      .string({ error: 'Digest must be a string' })
      .regex(DIGEST, 'Digest must be sha256: and 64 hex digits'),
    sizeBytes: fieldInteger('SizeBytes', 0, Number.MAX_SAFE_INTEGER).nullable().default(null),
  })
  .meta({ id: 'NewDeploymentArtifact' });
export type ArtifactBody = z.infer<typeof ArtifactBody>;

const hasOwn = (values: readonly string[]): boolean => new Set(values).size === values.length;

const NewStages = z
  .array(
    z.strictObject({
      name: stageName('Name').refine(
        (name) => name !== PROMOTE,
        'Name must not be promote, which is the last step of each deployment',
      ),
    }),
    { error: 'Stages must be a list' },
  )
  .min(1, 'Stages must be 1 or more')
  .max(STAGES_MAX, `Stages must be ${STAGES_MAX} or fewer`)
  .refine((stages) => hasOwn(stages.map(({ name }) => name)), 'Stages must each have another name')
  .default([{ name: 'build' }, { name: 'test' }])
  .meta({ description: 'In their order. Promotion follows the last and is none of them.' });

const NewArtifacts = z
  .array(ArtifactBody, { error: 'Artifacts must be a list' })
  .max(ARTIFACTS_MAX, `Artifacts must be ${ARTIFACTS_MAX} or fewer`)
  .refine(
    (artifacts) => hasOwn(artifacts.map(({ digest }) => digest)),
    'Artifacts must each have another digest',
  )
  .default([]);

const NewSource = z
  .strictObject(
    {
      kind: fieldEnum('Kind', ['ci', 'manual', 'task']).optional(),
      taskId: fieldLine('TaskId', 100).nullable().default(null),
      leaseId: fieldLine('LeaseId', 100).optional(),
      epoch: fieldInteger('Epoch', 0, Number.MAX_SAFE_INTEGER).optional(),
      deploymentId: z.null({ error: 'DeploymentId is written by redeploy' }).default(null),
      repository: line('Repository', 300),
      branch: line('Branch', 250),
      commit: line('Commit', 100),
      url: fieldLink('Url').nullable().default(null),
    },
    { error: 'Source must be an object' },
  )
  .superRefine(({ kind, taskId, leaseId, epoch }, ctx) => {
    const isOfTask = kind === 'task';
    const miss = (name: string, value: unknown) => {
      const isGiven = value !== undefined && value !== null;
      if (isGiven === isOfTask) return;
      const rule = isOfTask ? 'is required with the kind task' : 'goes with the kind task only';
      const path = [name.charAt(0).toLowerCase() + name.slice(1)];
      ctx.addIssue({ code: 'custom', path, message: `${name} ${rule}` });
    };
    miss('TaskId', taskId);
    miss('LeaseId', leaseId);
    miss('Epoch', epoch);
  })
  .meta({
    id: 'NewDeploymentSource',
    description:
      'With the kind `task` who asks has to hold the lease: `leaseId` and `epoch` say which.',
  });

export const CreateDeploymentBody = z
  .strictObject({
    environment: fieldLine('Environment', 32).optional().meta({
      description: 'A must, here or in the header AeThex-Environment.',
    }),
    release: line('Release', 200),
    source: NewSource.optional(),
    stages: NewStages,
    artifacts: NewArtifacts,
    autoPromote: flag('AutoPromote').default(true),
    timeoutSeconds: fieldInteger('TimeoutSeconds', 1, TIMEOUT_SECONDS_MAX).default(TIMEOUT_SECONDS),
  })
  .meta({ id: 'CreateDeployment' });
export type CreateDeploymentBody = z.infer<typeof CreateDeploymentBody>;

export const StageReportBody = z
  .strictObject({
    state: fieldEnum('State', ['running', 'succeeded', 'failed', 'skipped']),
    summary: summary.nullable().default(null),
    logUrl: fieldLink('LogUrl').nullable().default(null),
    remediation,
  })
  .meta({ id: 'StageReport' });
export type StageReportBody = z.infer<typeof StageReportBody>;

export const PromoteBody = z
  .strictObject({
    force: flag('Force').default(false).meta({ description: 'Also where a newer one is live.' }),
  })
  .meta({ id: 'PromoteDeployment' });

export const FailBody = z
  .strictObject({
    stage: stageName('Stage').meta({ description: 'A stage of its own, or `promote`.' }),
    summary: summary.refine((text) => text.length > 0, 'Summary is required'),
    remediation,
  })
  .meta({ id: 'FailDeployment' });
export type FailBody = z.infer<typeof FailBody>;

export const CancelDeploymentBody = z
  .strictObject({ reason: fieldProse('Reason', 1_000).nullable().default(null) })
  .meta({ id: 'CancelDeployment' });
export type CancelDeploymentBody = z.infer<typeof CancelDeploymentBody>;

export const RedeployBody = z
  .strictObject({
    environment: fieldLine('Environment', 32).optional().meta({
      description:
        'Default: that of the deployment, which is a rollback where a newer one is live.',
    }),
  })
  .meta({ id: 'RedeployDeployment' });
export type RedeployBody = z.infer<typeof RedeployBody>;
