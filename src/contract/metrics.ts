// What `GET /v1/projects/{projectId}/metrics` answers. It always has this shape; null only where nothing was measured.

import { z } from 'zod';
import { queryText } from './field.ts';

/** Percentiles are of the newest so many, so that what is kept of a million tasks is no more than of a thousand. */
export const SAMPLES_MAX = 1_000;
export const WINDOW_DAYS = 30;
export const WINDOW_DAYS_MAX = 366;
/** What no event has named. */
export const UNKNOWN = 'unknown';

/** What is too much to be listed by name. */
export const OTHER = 'other';
/** Of the names in one breakdown. */
export const BREAKDOWN_MAX = 1_000;

const count = z.int().min(0);

/** In milliseconds, by nearest rank. */
export const Distribution = z
  .object({
    p50: z.number().nullable(),
    p95: z.number().nullable(),
    max: z.number().nullable(),
  })
  .meta({ id: 'Distribution' });
export type Distribution = z.infer<typeof Distribution>;

const ratio = z.number().min(0).max(1).nullable();

const checked = { checks: count, failed: count, ratio, latencyMs: Distribution };

export const RuntimeMetrics = z
  .object({
    tasks: z.object({
      created: count,
      completed: count,
      failed: count,
      cancelled: count,
      active: count.meta({ description: 'Now: at work, `planning` or `in-progress`.' }),
      waitingApproval: count.meta({ description: 'Now.' }),
    }),
    successRate: ratio.meta({ description: 'Of those that completed or failed.' }),
    durationMs: Distribution.meta({
      description: 'From when a task began to be worked on until it completed or failed.',
    }),
    queueMs: Distribution.meta({ description: 'From being queued until it began.' }),
    gates: z.object({
      opened: count.meta({ description: 'Those that a task came to stand at.' }),
      approved: count,
      rejected: count.meta({ description: 'With those whose changes were requested.' }),
      expired: count,
      waitMs: Distribution.meta({ description: 'Until a person decided.' }),
    }),
    runners: z.object({ online: count, busy: count }).meta({ description: 'Now.' }),
    deployments: z.object({
      started: count,
      succeeded: count,
      failed: count,
      cancelled: count,
      successRate: ratio,
      durationMs: Distribution,
    }),
    incidents: z.object({
      opened: count,
      open: count.meta({ description: 'Now.' }),
      resolved: count,
      timeToResolveMs: Distribution,
    }),
    availability: z.object({
      ...checked,
      byMonitor: z
        .array(
          z.object({
            monitorId: z.string(),
            name: z.string(),
            environment: z.string(),
            ...checked,
          }),
        )
        .max(50),
    }),
    webhooks: z.object({ delivered: count, failed: count, pending: count }),
  })
  .meta({ id: 'RuntimeMetrics' });
export type RuntimeMetrics = z.infer<typeof RuntimeMetrics>;

export const UsageSum = z
  .object({
    tasks: count,
    inputTokens: count,
    outputTokens: count,
    totalTokens: count,
    estimatedCost: z.number().min(0).meta({ description: 'Dollars to six decimals.' }),
  })
  .meta({ id: 'UsageSum' });
export type UsageSum = z.infer<typeof UsageSum>;

const sums = UsageSum.shape;

export const UsageMetrics = z
  .object({
    total: UsageSum,
    byEnvironment: z.array(z.object({ environment: z.string(), ...sums })).max(BREAKDOWN_MAX),
    byWorkflow: z.array(z.object({ workflow: z.string(), ...sums })).max(BREAKDOWN_MAX),
    byAgent: z.array(z.object({ agent: z.string(), ...sums })).max(BREAKDOWN_MAX),
    byModel: z.array(z.object({ model: z.string(), ...sums })).max(BREAKDOWN_MAX),
    byDay: z.array(z.object({ date: z.string(), ...sums })).max(WINDOW_DAYS_MAX),
  })
  .meta({
    id: 'UsageMetrics',
    description:
      'Tokens and cost of each breakdown add up to `total`. `tasks` are those that were created, and by agent and ' +
      'model those in which it was at work for the first time.',
  });
export type UsageMetrics = z.infer<typeof UsageMetrics>;

export const Budget = z.object({
  currency: z.literal('USD'),
  dailyLimit: z.number(),
  spentToday: z.number(),
  reserved: z.number(),
});
export type Budget = z.infer<typeof Budget>;

export const ProjectMetrics = z
  .object({
    projectId: z.string(),
    environment: z.string().nullable(),
    from: z.string().meta({ description: 'The beginning of the first day.' }),
    to: z.string().meta({ description: 'The end of the last day, which is not in it.' }),
    generatedAt: z.string(),
    timezone: z.literal('UTC'),
    budget: Budget,
    runtime: RuntimeMetrics,
    usage: UsageMetrics,
  })
  .meta({ id: 'ProjectMetrics' });
export type ProjectMetrics = z.infer<typeof ProjectMetrics>;

const DATE = z.iso.date();
const TIME = z.iso.datetime({ offset: true });
const isInstant = (text: string): boolean =>
  DATE.safeParse(text).success || TIME.safeParse(text).success;

const instant = (name: string, description: string) =>
  queryText(name, 40)
    .refine(isInstant, `${name} must be a date or an ISO 8601 time`)
    .optional()
    .meta({ example: '2026-11-01', description });

/** Days are counted whole, in UTC. */
export const MetricsQuery = z.object({
  from: instant('From', 'A date, or a time whose day counts whole. Default: 30 days up to `to`.'),
  to: instant('To', 'A date, which is in it, or a time, which is not. Default: today.'),
  environment: queryText('Environment', 32)
    .optional()
    .meta({ description: 'The same as the header AeThex-Environment.' }),
});
export type MetricsQuery = z.infer<typeof MetricsQuery>;

/** Whole days since 1970, both of them in it. */
export interface DayWindow {
  readonly first: number;
  readonly last: number;
}
