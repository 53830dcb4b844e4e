import { z } from 'zod';
import { amount, count, flag, oneOf, word, words } from './config-field.ts';
import { ConfigGate, CustomAgent, CustomWorkflow, named } from './config-workflow.ts';
import { Autonomy } from './task.ts';

/** Prices of one model, in dollars a million tokens. Cached tokens cost the input price unless said. */
export const Price = z.strictObject({
  inputPerMillion: amount,
  outputPerMillion: amount,
  cacheReadPerMillion: amount.optional(),
  cacheWritePerMillion: amount.optional(),
});
export type Price = z.infer<typeof Price>;

export const Limits = z.strictObject({
  maxTokensPerTask: count(1, 1_000_000_000),
  maxCostPerTask: amount,
  dailyBudget: amount,
  maxTurns: count(1, 100_000),
  maxConcurrentTasks: count(1, 1_000),
  maxRetries: count(0, 10),
  retryDelayMs: count(0, 3_600_000),
  retryBackoffFactor: z
    .number({ error: 'must be a number from 1 to 10' })
    .min(1, 'must be a number from 1 to 10')
    .max(10, 'must be a number from 1 to 10'),
  leaseTtlSeconds: count(15, 600),
  stallMinutes: count(1, 1_440)
    .optional()
    .meta({ description: 'A runner that sends nothing but heartbeats for so long is told of.' }),
  onStall: oneOf(['none', 'requeue', 'pause'])
    .optional()
    .meta({ description: 'What becomes of its task.' }),
  queueTimeoutMinutes: count(1, 43_200)
    .optional()
    .meta({ description: 'A task that no runner claims for so long fails; absent: none does.' }),
  maxWallMinutes: count(1, 43_200).optional().meta({ description: 'Under leases, of one task.' }),
  maxFilesChanged: count(1, 1_000_000)
    .optional()
    .meta({ description: 'By one task, counted anew in each stage. Absent: no limit.' }),
  maxLinesChanged: count(1, 1_000_000_000)
    .optional()
    .meta({ description: 'Inserted and deleted. Absent: no limit.' }),
  onDailyReset: oneOf(['resume', 'ask']).optional().meta({
    description: 'What midnight in UTC does for tasks that the daily budget has stopped.',
  }),
});
export type Limits = z.infer<typeof Limits>;

export const ProjectConfig = z.strictObject({
  name: word,
  language: word.optional(),
  framework: word.optional(),
  testCommand: word,
  lintCommand: word,
  buildCommand: word,
});

/** What git takes for the name of a branch, of the letters we take (git-check-ref-format). */
const isBranch = (name: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(name) &&
  name.split('/').every((part) => part !== '' && !/^\.|\.$|\.\.|\.lock$/.test(part));

export const GitConfig = z.strictObject({
  branchPrefix: z
    .string({ error: 'must be a string' })
    .max(50, 'must be 50 characters or less')
    .refine((prefix) => isBranch(`${prefix}x`), 'must be a git branch prefix'),
  commitFormat: oneOf(['conventional', 'simple']),
  autoPush: flag,
  defaultBranch: z
    .string({ error: 'must be a string' })
    .max(100, 'must be 100 characters or less')
    .refine(isBranch, 'must be a git branch'),
  commitAfterSubtask: flag,
  pushAfterTask: flag,
  createPR: oneOf(['always', 'never', 'ask']),
  prDraft: flag,
  prLabels: words,
  prReviewers: words,
});

export const WorkspaceConfig = z.strictObject({
  defaultStrategy: oneOf(['none', 'directory', 'worktree', 'container']),
  cleanupOnComplete: flag,
});

/** The configuration of a project, whole. Every key is known; an unknown one is refused with its path. */
export const Config = z
  .strictObject({
    version: z.literal('1.0', { error: 'must be "1.0"' }),
    project: ProjectConfig,
    autonomy: z.strictObject({
      default: Autonomy,
      overrides: z.record(z.string().max(100), Autonomy),
    }),
    models: z.strictObject({ planning: word, implementation: word, review: word }),
    prices: z.record(z.string().max(100), Price),
    agents: z.strictObject({ enabled: words, disabled: words, custom: named(CustomAgent) }),
    workflows: named(CustomWorkflow),
    gates: z.array(ConfigGate, { error: 'must be a list' }).max(50, 'must be 50 entries or less'),
    limits: Limits,
    git: GitConfig,
    workspace: WorkspaceConfig,
  })
  .meta({ id: 'Config' });
export type Config = z.infer<typeof Config>;

/** A part of a config: objects merge, arrays replace, `null` returns to the default. */
export const ConfigPatch = z
  .record(z.string(), z.unknown(), { error: 'The body must be a JSON object' })
  .meta({ id: 'ConfigPatch' });
